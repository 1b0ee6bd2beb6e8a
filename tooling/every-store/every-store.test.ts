/** What every store has to show through core, at the size that an operator would ask about. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type StoreServer, startServer } from '../campaign/store-servers.ts';
import { serviceTest } from '../services/service-test.ts';
import { bytesBelow, tokensIn } from './bytes.ts';
import { type Node, openNode, type Users } from './nodes.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const ROTATIONS = 10_000;
const SESSIONS = 1_000;
/** What is promised of the feed's delay at p99, on a machine that does nothing else. */
const FEED_MS = { memory: 50, sqlite: 1_000, redis: 50, postgres: 50, mariadb: 1_000 } as const;

/** How much longer it may take here, where other suites run beside this one. */
const BUSY = 4;
const LOGOUTS = { memory: 200, sqlite: 40, redis: 200, postgres: 200, mariadb: 40 } as const;

describe('in memory', () => everyStore('memory'));
describe('in SQLite', () => everyStore('sqlite'));
serviceTest('redis-server')('in Redis', () => everyStore('redis'));
serviceTest('postgres')('in PostgreSQL', () => everyStore('postgres'));
serviceTest('mariadbd')('in MariaDB', () => everyStore('mariadb'));

function everyStore(name: keyof typeof FEED_MS): void {
  const users: Users = new Map();
  let server: StoreServer;
  let one: Node;
  let two: Node;

  const logIn = async (node: Node, subject: string) => {
    const { epoch } = users.get(subject) ?? {};
    return node.auth.sessions.issue(epoch === undefined ? { subject } : { subject, epoch });
  };

  beforeAll(async () => {
    server = await startServer(name);
    const options = {
      session: { maxSessions: 5_000 },
      revocation: 'feed' as const,
      resolve: (subject: string) => users.get(subject) ?? { active: true },
    };
    one = await openNode(server.urlAt(), options);
    two = await openNode(server.urlAt(), options, name === 'memory' ? one.opened : undefined);
    await Promise.all([one.auth.ready(), two.auth.ready()]);
  });
  afterAll(async () => {
    await one?.close();
    await two?.close();
    await server?.stop();
  });

  it(`holds one record for a session after ${ROTATIONS} rotations, and no token anywhere`, async () => {
    const before = (await one.opened.count()) ?? 0;
    let pair = await logIn(one, 'rotating');
    const tokens = [pair.access, String(pair.refresh)];
    const grown = (await one.opened.count()) ?? 0;
    for (let n = 0; n < ROTATIONS; n += 1) {
      pair = await one.auth.refresh(String(pair.refresh));
      if (n % 100 === 0 || n > ROTATIONS - 5) tokens.push(pair.access, String(pair.refresh));
    }
    expect((await two.store.find(pair.session, Date.now()))?.generation).toBe(ROTATIONS);
    expect((await one.opened.count()) ?? 0).toBe(grown);
    expect(name === 'redis' ? 0 : grown - before).toBeLessThanOrEqual(1); // Redis counts a subject's index too
    const bytes = await bytesOf(server);
    expect(tokensIn(bytes, tokens)).toEqual([]);
    // The scan sees what is there.
    if (name !== 'memory')
      expect(tokensIn(bytes, [`x.${pair.session.id}.x${pair.session.id}`])).toHaveLength(1);
  });

  it(`ends ${SESSIONS} sessions of a subject in one call`, async () => {
    for (let n = 0; n < SESSIONS; n += 50)
      await Promise.all(Array.from({ length: 50 }, () => logIn(one, 'many')));
    two.calls.clear();
    expect(await two.auth.sessions.revokeAll('many')).toBe(SESSIONS);
    expect(two.calls.get('revoke')).toBe(1);
    expect(await one.auth.sessions.list('many')).toEqual([]);
  });

  it('never lets ten logins at once go beyond maxSessions, at two nodes', async () => {
    const options = { session: { maxSessions: 3 } };
    const nodes = [
      await openNode(server.urlAt(), options, one.opened),
      await openNode(server.urlAt(), options, two.opened),
    ];
    for (const round of [1, 2, 3, 4, 5]) {
      const subject = `capped-${round}`;
      await Promise.all(Array.from({ length: 10 }, (_, n) => logIn(nodes[n % 2] as Node, subject)));
      expect(await one.auth.sessions.list(subject)).toHaveLength(3);
    }
  });

  it('leaves no live session of a login that races a password change or a disable', async () => {
    for (let round = 0; round < 40; round += 1) {
      const subject = `racing-${round}`;
      users.set(subject, { active: true, epoch: 'old' });
      const login = logIn(one, subject).catch(() => undefined);
      for (let turns = round % 5; turns > 0; turns -= 1) await Promise.resolve();
      users.set(subject, round % 2 === 0 ? { active: true, epoch: 'new' } : { active: false, epoch: 'old' });
      await two.auth.sessions.revokeAll(subject, { reason: 'password_changed' });
      const pair = await login;
      if (pair?.refresh !== undefined)
        await expect(two.auth.refresh(pair.refresh)).rejects.toMatchObject({ status: 401 });
      expect(await two.auth.sessions.list(subject)).toEqual([]);
    }
  });

  it('gives a single-use message to one of many uses at once, at two nodes', async () => {
    const kinds = [one, two].map(({ auth }) => auth.kind('invite', { ttl: '1h', singleUse: true }));
    for (let round = 0; round < 20; round += 1) {
      const token = await kinds[0]?.issue({ subject: `guest-${round}` });
      const uses = Array.from({ length: 8 }, (_, n) => kinds[n % 2]?.verify(String(token)));
      const outcomes = await Promise.allSettled(uses);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('refuses at one node what was logged out at the other, and prints how soon', async () => {
    const guard = two.auth.guard();
    const delays: number[] = [];
    for (let n = 0; n < LOGOUTS[name]; n += 1) {
      const { access, refresh } = await logIn(one, `leaving-${n % 10}`);
      const request = { method: 'GET', rawHeaders: ['Authorization', `Bearer ${access}`] };
      expect((await guard(request)).passed).toBe(true);
      await one.auth.logout(String(refresh));
      const acknowledged = performance.now();
      while ((await guard(request)).passed) {
        if (performance.now() - acknowledged > 5_000) throw new Error('the feed did not tell');
        await sleep(0);
      }
      delays.push(performance.now() - acknowledged);
    }
    delays.sort((a, b) => a - b);
    const p99 = delays[Math.floor(delays.length * 0.99)] ?? Number.NaN;
    process.stdout.write(
      `Feed of ${name}: p50 ${delays[delays.length >> 1]?.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
    );
    expect(p99).toBeLessThan(FEED_MS[name] * BUSY);
    two.calls.clear();
    await guard({
      method: 'GET',
      rawHeaders: ['Authorization', `Bearer ${(await logIn(one, 'calm')).access}`],
    });
    expect(two.calls.get('isLive') ?? 0).toBe(0);
  });
}

/** All that the store has written. */
async function bytesOf(server: StoreServer): Promise<Buffer[]> {
  const { folder } = server;
  return folder === undefined ? [] : bytesBelow(folder);
}
