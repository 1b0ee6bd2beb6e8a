import type { JsonObject, StandardSchema } from '@tokenpair/core';
import type { RevocationListener } from '@tokenpair/core/store';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeAuth } from '../support/auth.ts';
import { createClock, MINUTE, SECOND } from '../support/clock.ts';
import { spyStore } from '../support/spy-store.ts';
import { craftFrom, decode } from '../support/tokens.ts';
import { codeOf, request, start } from './support.ts';

type Test = Awaited<ReturnType<typeof start>>;

/** Who passes; the same object again where the token was known. */
async function whoOf({ auth }: Pick<Test, 'auth'>, token: string) {
  const outcome = await auth.guard()(request(token));
  return outcome.passed ? outcome.auth : undefined;
}

/** An access token with claims of the app's own, read by a schema. */
async function startWith(schema: object | undefined, claims: JsonObject) {
  const test = makeAuth({
    claims: schema as StandardSchema<JsonObject> | undefined,
    resolve: () => ({ active: true, epoch: 'e0', claims }),
  });
  const { access } = await test.auth.sessions.issue({ subject: '1', epoch: 'e0', claims });
  return { ...test, access };
}

async function isKnown(test: Test, token = test.access): Promise<boolean> {
  const [first, second] = [await whoOf(test, token), await whoOf(test, token)];
  return first !== undefined && first === second;
}

describe('a token that was verified lately', () => {
  it('is known again, and not with cache: false', async () => {
    expect(await isKnown(await start())).toBe(true);
    expect(await isKnown(await start({ cache: false }))).toBe(false);
  });

  it('is asked about at the store each time', async () => {
    const test = await start();
    await isKnown(test);
    expect(test.store.calls).toEqual(['isLive', 'isLive']);
    await test.auth.logout(test.refresh);
    expect(await codeOf(test.auth, request(test.access))).toBe('token_revoked');
  });

  it('is refused once the feed has news of it, by session or by id', async () => {
    const store = spyStore();
    let tell: RevocationListener = () => undefined;
    const watch = async (listener: RevocationListener) => {
      tell = listener;
      listener([], performance.now());
      return { close: async () => undefined };
    };
    const test = await start({ store: Object.assign(store, { watch }), revocation: 'feed' });
    await test.auth.ready();
    expect(await isKnown(test)).toBe(true);
    expect(store.calls).toEqual([]);
    const { jti } = decode(test.access).claims;
    const news = { at: test.clock(), until: test.clock() + MINUTE, reason: 'logout' } as const;
    tell([{ ...news, session: 'another', token: test.ref.id }], performance.now());
    expect(await isKnown(test)).toBe(true);
    tell([{ ...news, token: String(jti) }], performance.now());
    expect(await codeOf(test.auth, request(test.access))).toBe('token_revoked');
    const next = await test.auth.refresh(test.refresh);
    expect(await isKnown(test, next.access)).toBe(true);
    tell([{ ...news, session: test.ref.id }], performance.now());
    expect(await codeOf(test.auth, request(next.access))).toBe('token_revoked');
    await test.auth.close();
  });

  it('is refused when it ends, by the clock of that moment', async () => {
    const test = await start({ leeway: 2 });
    await isKnown(test);
    test.clock.advance(5 * MINUTE + 2 * SECOND - 1);
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
    test.clock.advance(1);
    expect(await codeOf(test.auth, request(test.access))).toBe('token_expired');
  });

  it('is refused when the clock is set back to before it began', async () => {
    const test = await start();
    await isKnown(test);
    test.clock.advance(-MINUTE);
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
    test.clock.advance(-1_000);
    expect(await codeOf(test.auth, request(test.access))).toBe('token_not_valid');
  });

  it('is forgotten when its key is retired, and verified anew when the keys change', async () => {
    const test = await start();
    const first = await whoOf(test, test.access);
    const kid = await test.auth.keys.access.publish({
      alg: 'HS256',
      secret: Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 5) % 251),
    });
    const second = await whoOf(test, test.access);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    test.auth.keys.access.signWith(kid);
    expect(await isKnown(test)).toBe(true);
    test.auth.keys.access.retire('k1');
    expect(await codeOf(test.auth, request(test.access))).toBe('token_not_valid');
  });

  it('vouches for no other token with its signature, its claims or its tail', async () => {
    const test = await start();
    await isKnown(test);
    const [header = '', payload = '', signature = ''] = test.access.split('.');
    const other = Buffer.from(JSON.stringify({ ...decode(test.access).claims, sub: '2' })).toString(
      'base64url',
    );
    const tail = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`;
    const forged = [
      `${header}.${other}.${signature}`,
      `${header}.${payload}.${tail}`,
      craftFrom(header, decode(test.access).claims, new Uint8Array(32).fill(9)),
    ];
    for (const token of forged) expect(await codeOf(test.auth, request(token))).toBe('token_not_valid');
    expect(await isKnown(test)).toBe(true);
  });

  it('stays known however many bad tokens come', async () => {
    const test = await start({ cache: { entries: 2 } });
    const first = await whoOf(test, test.access);
    const [header = ''] = test.access.split('.');
    for (let count = 0; count < 1_000; count++) {
      const bad = craftFrom(
        header,
        { ...decode(test.access).claims, jti: `j${count}` },
        new Uint8Array(32).fill(9),
      );
      expect(await codeOf(test.auth, request(bad))).toBe('token_not_valid');
    }
    expect(await whoOf(test, test.access)).toBe(first);
  });

  it('shows nothing of what a handler did to it', async () => {
    const test = await startWith(undefined, { tags: ['a'], at: { a: 1 } });
    const who = await whoOf(test, test.access);
    const given = who?.claims as unknown as { tags: string[]; at: { a: number } };
    const changes = [
      () => given.tags.push('admin'),
      () => Object.assign(given.at, { a: 2 }),
      () => Object.assign(who ?? {}, { subject: '2' }),
      () => (who as unknown as { scopes: string[] }).scopes.push('admin'),
    ];
    for (const change of changes) expect(change).toThrow(TypeError);
    expect(await whoOf(test, test.access)).toBe(who);
  });

  it('is read by the schema for each request, which shares what that gives with no other', async () => {
    const claims = z.looseObject({ at: z.string().transform((text) => new Date(text)) });
    const test = await startWith(claims, { at: '2026-01-01T00:00:00.000Z' });
    const dateOf = async () => (await whoOf(test, test.access))?.claims['at'] as unknown as Date;
    (await dateOf()).setTime(0);
    expect((await dateOf()).getTime()).toBe(Date.UTC(2026, 0, 1));
  });

  it('is refused as soon as the schema refuses its claims', async () => {
    const blocked = new Set<string>();
    const claims = z.looseObject({ tenant: z.string().refine((name) => !blocked.has(name)) });
    const test = await startWith(claims, { tenant: 'acme' });
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
    blocked.add('acme');
    expect(await codeOf(test.auth, request(test.access))).toBe('token_not_valid');
  });

  it('is looked at by validateClaims each time', async () => {
    let isGood = true;
    const test = await start({ validateClaims: () => isGood });
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
    isGood = false;
    expect(await codeOf(test.auth, request(test.access))).toBe('token_not_valid');
    isGood = true;
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
  });

  it('goes to loadUser each time', async () => {
    let user: { active: boolean } | undefined = { active: true };
    const test = await start({ loadUser: () => user });
    await isKnown(test);
    user = undefined;
    expect(await codeOf(test.auth, request(test.access))).toBe('no_active_account');
  });

  it('is not known to another auth, nor as another kind of token', async () => {
    const clock = createClock();
    const test = await start({ clock });
    await isKnown(test);
    const other = makeAuth({ clock, audience: 'https://other.test' });
    expect(await codeOf(other.auth, request(test.access))).toBe('token_not_valid');
    expect(await codeOf(test.auth, request(test.refresh))).toBe('token_wrong_type');
  });
});

describe('options.cache', () => {
  it.each([
    ['null', null, 'ERR_INVALID_ARG_TYPE'],
    ['true', true, 'ERR_INVALID_ARG_TYPE'],
    ['an unknown option', { size: 1 }, 'ERR_INVALID_ARG_VALUE'],
    ['no entries', { entries: 0 }, 'ERR_INVALID_ARG_VALUE'],
    ['too many entries', { entries: 1_000_001 }, 'ERR_INVALID_ARG_VALUE'],
    ['half an entry', { entries: 1.5 }, 'ERR_INVALID_ARG_VALUE'],
    ['too few bytes', { bytes: 9_999 }, 'ERR_INVALID_ARG_VALUE'],
    ['too many bytes', { bytes: 1_073_741_825 }, 'ERR_INVALID_ARG_VALUE'],
  ])('refuses %s', (_, cache, code) => {
    expect(() => makeAuth({ cache } as never)).toThrow(expect.objectContaining({ code }));
  });

  it('takes the limits themselves', () => {
    for (const cache of [
      { entries: 1, bytes: 10_000 },
      { entries: 1_000_000 },
      { bytes: 1_073_741_824 },
      {},
      false,
    ] as const)
      expect(() => makeAuth({ cache })).not.toThrow();
  });
});
