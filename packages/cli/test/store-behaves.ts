/** The commands on stores, against a real one: the same for each kind. */
import { createAuth } from '@tokenpair/core';
import type { TokenStore } from '@tokenpair/core/store';
import { expect, it } from 'vitest';
import { DAY, json, NOW, run, type Said, sessionOf, start } from './support.ts';

/** A store that the commands are tried on, of nobody else's. */
export interface Place {
  readonly url: string;
  /** Options that name it beside the URL. */
  readonly options: readonly string[];
  /** Opens it as the service does. */
  open(): Promise<{ readonly store: TokenStore; close(): unknown }>;
}

export interface Kind {
  readonly name: 'sqlite' | 'redis' | 'postgres';
  /** Whether there are tables to be made, and records to be pruned. */
  readonly hasTables: boolean;
  fresh(): Place;
}

export function storeCommandsBehave(kind: Kind): void {
  const at = ({ url, options }: Place): readonly string[] => ['--store', url, ...options];

  async function withStore<T>(place: Place, work: (store: TokenStore) => Promise<T>): Promise<T> {
    const { store, close } = await place.open();
    try {
      return await work(store);
    } finally {
      await close();
    }
  }

  it('store migrate makes the tables once; before it no command makes any', async () => {
    const place = kind.fresh();
    if (kind.hasTables)
      for (const command of [
        ['prune'],
        ['store', 'check'],
        ['sessions', 'list', '--subject', '7'],
        ['sessions', 'revoke-all', '--subject', '7'],
      ]) {
        const { code, stderr } = await run([...command, ...at(place)]);
        expect([command, code, stderr]).toEqual([
          command,
          1,
          expect.stringContaining('tokenpair store migrate'),
        ]);
      }
    const first = await json(['store', 'migrate', ...at(place)]);
    expect(first).toEqual({ code: 0, data: { store: kind.name, migrated: kind.hasTables } });
    expect((await json(['store', 'migrate', ...at(place)])).data['migrated']).toBe(false);
  });

  it('store check asks the backend and takes a session there and back', async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    const { stdout, stderr } = await start(['store', 'check', ...at(place), '--json']);
    const { canary, warnings } = JSON.parse(stdout) as { canary: { ok: boolean }[]; warnings: unknown[] };
    expect([stderr, canary.length, canary.every(({ ok }) => ok)]).toEqual(['', 10, true]);
    expect(Array.isArray(warnings)).toBe(true);
  });

  it("sessions list shows a user's sessions, and nobody else's", async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    const client = { userAgent: 'Firefox\u001b[31m', ip: '192.0.2.7' };
    await withStore(place, async (store) => {
      await store.create(sessionOf({ id: 'older', createdAt: NOW - DAY }), { now: NOW });
      await store.create(sessionOf({ id: 'newer', client }), { now: NOW });
      await store.create(sessionOf({ id: 'other', subject: '8' }), { now: NOW });
    });
    const { data } = await json<{ sessions: { id: string }[] }>([
      'sessions',
      'list',
      '--subject',
      '7',
      ...at(place),
    ]);
    expect(data.sessions.map(({ id }) => id)).toEqual(['newer', 'older']);
    expect(data.sessions[0]).toMatchObject({ createdAt: '2027-01-15T08:00:00Z', client });
    const { stdout } = await run(['sessions', 'list', '--subject', '7', ...at(place)]);
    expect(stdout).toMatch(/^2 live sessions\nnewer {2}opened now/);
    expect(stdout).toContain('192.0.2.7, Firefox\\u001b[31m');
  });

  it('sessions revoke ends one session, so that the service refuses its refresh token', async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    await withStore(place, async (store) => {
      const keys = { alg: 'HS256', secret: 'q2vX8sJ4nT7bL0mK5wR9yF3hD6gZ1cVe' } as const;
      const auth = createAuth({ issuer: 'i', audience: 'a', keys, store });
      const { refresh: kept = '' } = await auth.sessions.issue({ subject: '7' });
      const [survivor] = await auth.sessions.list('7');
      const { refresh: lost = '' } = await auth.sessions.issue({ subject: '7' });
      const id = String((await auth.sessions.list('7')).find((one) => one.id !== survivor?.id)?.id);
      const revoke = (...args: readonly string[]) => start(['sessions', 'revoke', id, ...at(place), ...args]);

      expect(await revoke('--subject', '8')).toMatchObject({ code: 1, stdout: '' });
      expect(await revoke('--subject', '7')).toEqual({ code: 0, stdout: `ended ${id}\n`, stderr: '' });
      await expect(auth.refresh(lost)).rejects.toMatchObject({ code: 'token_revoked' });
      await expect(auth.refresh(kept)).resolves.toBeDefined();
      expect((await revoke('--subject', '7')).stderr).toMatch(/^tokenpair: .* no such session/);
      for (const hyphened of [`-h${'a'.repeat(20)}`, `-${'-a'.repeat(10)}b`])
        for (const order of [
          [hyphened, '--subject', '7'],
          ['--json', hyphened, '--subject=7'],
        ])
          expect(await start(['sessions', 'revoke', ...order, ...at(place)])).toMatchObject({ code: 1 });
      await auth.close();
    });
  });

  it("sessions revoke-all ends a user's sessions but the one that is spared", async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    const refs = ['a', 'b', 'c'].map((id) => sessionOf({ id }));
    await withStore(place, async (store) => {
      for (const session of refs) await store.create(session, { now: NOW });
    });
    const all = ['sessions', 'revoke-all', '--subject', '7', ...at(place)];
    expect(await json([...all, '--except', 'b'])).toEqual({ code: 0, data: { subject: '7', revoked: 2 } });
    const live = await withStore(place, (store) => store.list('7', NOW));
    expect(live.map(({ id }) => id)).toEqual(['b']);
    expect((await run(all)).stdout).toBe('ended 1 session\n');
    expect((await run(all)).stdout).toBe('ended 0 sessions\n');
  });

  it('prune removes what is dead by batches, shows how far it is, and tells how much it was', async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    await withStore(place, async (store) => {
      for (let number = 0; number < 25; number += 1)
        await store.create(sessionOf({ id: `s${number}` }), { now: NOW });
    });
    const prune = ['prune', '--batch', '10', ...at(place)];
    const soon = { now: NOW + 30 * DAY };
    expect((await json(prune, soon)).data['removed']).toBe(0);
    const later = { now: NOW + 31 * DAY, terminal: true };
    const { code, stdout, stderr } = await run(prune, later);
    expect(code).toBe(0);
    expect(stdout).toMatch(kind.hasTables ? /^removed 25 dead records\n$/ : /^removed 0 .*\nRedis removes/);
    if (kind.hasTables) expect(stderr).toContain('20 dead records removed …');
    expect((await json(prune, later)).data).toEqual({ removed: 0, batches: 1 });
  });

  it('a user and an id of any text are only text', async () => {
    const place = kind.fresh();
    await run(['store', 'migrate', ...at(place)]);
    const subject = `o'; DROP TABLE tokenpair_session; --*\u{1f600}`;
    await withStore(place, (store) => store.create(sessionOf({ subject }), { now: NOW }));
    expect(
      (await json(['sessions', 'list', '--subject', subject, ...at(place)])).data['sessions'],
    ).toHaveLength(1);
    expect((await json(['sessions', 'list', '--subject', '*', ...at(place)])).data['sessions']).toHaveLength(
      0,
    );
  });
}

/** A store that does not answer: one line, no password of it, exit code 1. */
export async function expectUnreachable(url: string, password: string): Promise<void> {
  const said: Said[] = [
    await start(['prune'], { env: { STORE_URL: url } }),
    await start(['store', 'check', '--json'], { env: { STORE_URL: url } }),
  ];
  for (const { code, stdout, stderr } of said) {
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tokenpair: the store: [^\n]+\n$/);
    expect(stdout + stderr).not.toContain(password);
  }
}
