import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject, KindOptions, MessageKind, TokenStore } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
// By its path: a package's name here would be a dependency in a circle.
import { sqliteStore } from '../../../store-sqlite/src/index.ts';
import { loadCore } from '../engine/load-core.ts';
import { AUDIENCE, ISSUER, logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { keyFor } from '../support/keys.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { spyStore } from '../support/spy-store.ts';
import { craft, decode, SECRET } from '../support/tokens.ts';
import { bearer } from '../verifier/support.ts';

const NOW = T0 / 1000;
const NOT_VALID = ['token_not_valid', 401];
const WRONG_TYPE = ['token_wrong_type', 401];
const REVOKED = ['token_revoked', 401];
const CONFIGURATION = expect.objectContaining({
  name: 'TypeError',
  code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/),
});

function setUp(options: Partial<KindOptions> = {}) {
  const made = makeAuth();
  const invite: MessageKind = made.auth.kind('invite', { ttl: '1h', ...options });
  return { ...made, made, invite };
}

/** A message of the kind `invite` that says what it says, signed with the auth's key. */
function messageOf(claims: JsonObject, typ = 'invite+jwt'): string {
  const all = { iss: ISSUER, aud: ISSUER, jti: 'j', iat: NOW, exp: NOW + 60, ...claims };
  return craft({ alg: 'HS256', typ, kid: 'k1' }, all);
}

describe('a message', () => {
  it('carries what it was issued with, under a type of its own', async () => {
    const { invite } = setUp();
    const token = await invite.issue({ subject: '7', claims: { team: 'red', roles: ['a', { b: 1 }] } });
    expect(decode(token).header).toEqual({ alg: 'HS256', typ: 'invite+jwt', kid: 'k1' });
    const message = await invite.verify(token);
    expect(message).toEqual({
      id: expect.stringMatching(/^[\w-]{20,}$/),
      subject: '7',
      claims: {
        iss: ISSUER,
        aud: ISSUER,
        sub: '7',
        jti: message.id,
        iat: NOW,
        exp: NOW + 3_600,
        team: 'red',
        roles: ['a', { b: 1 }],
      },
    });
    expect([Object.isFrozen(message), Object.isFrozen(message.claims)]).toEqual([true, true]);
  });

  it('may be about nobody and say nothing, and is never the same twice', async () => {
    const { invite } = setUp();
    const [a, b] = [await invite.issue({}), await invite.issue({})];
    expect((await invite.verify(a)).subject).toBeUndefined();
    expect((await invite.verify(a)).id).not.toBe((await invite.verify(b)).id);
  });

  it('asks no store, unless it is for a single use', async () => {
    const { invite, store } = setUp();
    const token = await invite.issue({ subject: '1' });
    await invite.verify(token);
    await invite.verify(token);
    await invite.peek(token);
    expect(store.calls).toEqual([]);
  });

  it('is good for its life and the leeway, not a millisecond longer', async () => {
    const { invite, clock } = setUp({ ttl: '10m' });
    const token = await invite.issue({});
    clock.advance(10 * MINUTE + 5 * SECOND - 1);
    await expect(invite.verify(token)).resolves.toBeDefined();
    clock.advance(1);
    for (const look of [invite.verify, invite.peek])
      expect(await refusalOf(() => look(token))).toEqual(['token_expired', 401]);
  });

  it('may live for a year, and no longer', async () => {
    const { made, clock } = setUp();
    const kind = made.auth.kind('coupon', { ttl: '365d' });
    const token = await kind.issue({});
    clock.advance(365 * DAY);
    await expect(kind.verify(token)).resolves.toBeDefined();
    const endless = messageOf({ exp: NOW + 400 * 86_400 }, 'coupon+jwt');
    clock.now = T0;
    expect(await refusalOf(() => kind.verify(endless))).toEqual(NOT_VALID);
  });

  it('is for its audience alone', async () => {
    const { made } = setUp();
    const other = made.auth.kind('export', { ttl: '1h', audience: 'https://files.test' });
    const token = await other.issue({});
    expect(decode(token).claims['aud']).toBe('https://files.test');
    await expect(other.verify(token)).resolves.toBeDefined();
    for (const aud of [ISSUER, 'https://files.test/', ['x'], null])
      expect(await refusalOf(() => other.verify(messageOf({ aud }, 'export+jwt')))).toEqual(NOT_VALID);
  });

  it.each(['iss', 'aud', 'jti', 'iat', 'exp'])('is refused without %s, though well signed', async (name) => {
    const { invite } = setUp();
    await expect(invite.verify(messageOf({}))).resolves.toBeDefined();
    const { [name]: _, ...rest } = decode(messageOf({})).claims;
    const token = craft({ alg: 'HS256', typ: 'invite+jwt', kid: 'k1' }, rest);
    expect(await refusalOf(() => invite.verify(token))).toEqual(NOT_VALID);
  });

  it.each([
    ['another issuer', { iss: 'https://other.test' }],
    ['an id that is no text', { jti: 1 }],
    ['an empty id', { jti: '' }],
    ['a subject that is no text', { sub: 1 }],
    ['an issue ahead of its time', { iat: NOW + 61, exp: NOW + 90 }],
    ['a start ahead of its time', { nbf: NOW + 61 }],
  ])('is refused with %s', async (_, claims) => {
    expect(await refusalOf(() => setUp().invite.verify(messageOf(claims)))).toEqual(NOT_VALID);
  });

  it('is refused when it is altered, forged, or no token', async () => {
    const { invite } = setUp();
    const token = await invite.issue({ subject: '1' });
    const forged = craft(
      { alg: 'HS256', typ: 'invite+jwt', kid: 'k1' },
      decode(token).claims,
      SECRET.toReversed(),
    );
    for (const bad of [forged, `${token}A`, token.slice(0, -2), '', 'a.b.c', undefined, {}])
      for (const look of [invite.verify, invite.peek])
        expect(await refusalOf(() => look(bad as string))).toEqual(NOT_VALID);
  });

  it('of another auth is refused, though the name is the same', async () => {
    const stranger = makeAuth({ keys: keyFor('HS256', 'b', 'k1') });
    const token = await stranger.auth.kind('invite', { ttl: '1h' }).issue({});
    expect(await refusalOf(() => setUp().invite.verify(token))).toEqual(NOT_VALID);
  });

  it('is not issued longer than it could be verified', async () => {
    const { invite } = setUp();
    const issue = (length: number) => invite.issue({ claims: { note: 'x'.repeat(length) } });
    await expect(invite.verify(await issue(5_000))).resolves.toBeDefined();
    const refused = issue(9_000).then(
      () => 'issued',
      (error: unknown) => error,
    );
    expect(await refused).toEqual(CONFIGURATION);
  });
});

describe('nesting', () => {
  const nested = (depth: number): JsonObject => (depth === 0 ? {} : { in: nested(depth - 1) });

  it('of a message is not issued deeper than it could be verified', async () => {
    const { invite } = setUp();
    await expect(invite.verify(await invite.issue({ claims: nested(30) }))).resolves.toBeDefined();
    await expect(invite.issue({ claims: nested(40) })).rejects.toThrow(CONFIGURATION);
  });

  it('of an access token neither: 503, and no token that no guard takes', async () => {
    const { made } = setUp();
    for (const user of made.users.values()) user.claims = nested(40) as never;
    expect(await refusalOf(() => logIn(made).then(verdictOn(made)))).toEqual(['backend_unavailable', 503]);
  });
});

/** Throws what a guard refuses a pair's access token with. */
function verdictOn({ auth }: TestAuth) {
  return async ({ access }: { readonly access: string }): Promise<void> => {
    const outcome = await auth.guard()(bearer(access));
    if (!outcome.passed) throw outcome.error;
  };
}

describe('one kind of token', () => {
  it('is never taken for another: access, refresh and two kinds of message', async () => {
    const { made, invite } = setUp();
    const reset = made.auth.kind('reset', { ttl: '1h', audience: 'https://api.test' });
    const { access, refresh } = await logIn(made);
    const tokens: Readonly<Record<string, string>> = {
      access,
      refresh,
      invite: await invite.issue({ subject: '1' }),
      reset: await reset.issue({ subject: '1' }),
    };
    const takers: Readonly<Record<string, (token: string) => Promise<unknown>>> = {
      access: (token) => verdictOn(made)({ access: token }),
      refresh: (token) => made.auth.refresh(token),
      invite: invite.verify,
      reset: reset.verify,
    };
    const taken: string[] = [];
    for (const [kind, token] of Object.entries(tokens)) {
      for (const [taker, take] of Object.entries(takers)) {
        if (kind === taker) continue;
        expect([kind, taker, ...(await refusalOf(() => take(token)))]).toEqual([kind, taker, ...WRONG_TYPE]);
      }
    }
    for (const [kind, token] of Object.entries(tokens)) {
      await takers[kind]?.(token);
      taken.push(kind);
    }
    expect(taken).toEqual(['access', 'refresh', 'invite', 'reset']);
    expect(await refusalOf(() => made.auth.logout(tokens['invite'] ?? ''))).toEqual(WRONG_TYPE);
    expect(await refusalOf(() => invite.peek(tokens['reset'] ?? ''))).toEqual(WRONG_TYPE);
  });

  it('keeps apart even where the names begin alike', async () => {
    const { made } = setUp();
    const [a, b] = [made.auth.kind('mail', { ttl: '1h' }), made.auth.kind('mail-change', { ttl: '1h' })];
    expect(await refusalOf(async () => b.verify(await a.issue({})))).toEqual(WRONG_TYPE);
  });
});

const STORES: readonly (readonly [string, () => TokenStore])[] = [
  ['memory', memoryStore],
  [
    'SQLite',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'tokenpair-kinds-'));
      const database = new DatabaseSync(join(folder, 'test.db'));
      onTestFinished(() => {
        database.close();
        rmSync(folder, { recursive: true, force: true });
      });
      return sqliteStore(database);
    },
  ],
];

describe.each(STORES)('single use on %s', (_, open) => {
  function single(options: Partial<KindOptions> = {}) {
    const made = makeAuth({ store: spyStore(open()) });
    return { ...made, made, invite: made.auth.kind('invite', { ttl: '1h', singleUse: true, ...options }) };
  }

  it.each(['1', undefined])('takes a message once: about %s', async (subject) => {
    const { invite, store } = single();
    const content = subject === undefined ? {} : { subject };
    const token = await invite.issue(content);
    await expect(invite.verify(token)).resolves.toMatchObject({ subject });
    for (const look of [invite.verify, invite.peek])
      expect(await refusalOf(() => look(token))).toEqual(REVOKED);
    await expect(invite.verify(await invite.issue(content))).resolves.toBeDefined();
    expect(store.calls.filter((call) => call === 'blacklist')).toHaveLength(3);
  });

  it('takes it once of any number of parallel uses', async () => {
    const { invite } = single();
    for (const uses of [2, 16]) {
      const token = await invite.issue({ subject: '1' });
      const outcomes = await Promise.allSettled(Array.from({ length: uses }, () => invite.verify(token)));
      const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
      expect(failures).toEqual(Array.from({ length: uses - 1 }, () => 'token_revoked'));
    }
  });

  it('takes it once on two nodes that share the store', async () => {
    const store = spyStore(open());
    const [a, b] = [makeAuth({ store }), makeAuth({ store })].map(({ auth }) =>
      auth.kind('invite', { ttl: '1h', singleUse: true }),
    );
    const token = String(await a?.issue({ subject: '1' }));
    const outcomes = await Promise.allSettled([a?.verify(token), b?.verify(token), a?.peek(token)]);
    expect(outcomes.slice(0, 2).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const node of [a, b]) expect(await refusalOf(() => node?.peek(token))).toEqual(REVOKED);
  });

  it('is not used up by a look', async () => {
    const { invite } = single();
    const token = await invite.issue({ subject: '1' });
    for (let i = 0; i < 3; i++) await expect(invite.peek(token)).resolves.toMatchObject({ subject: '1' });
    await expect(invite.verify(token)).resolves.toBeDefined();
  });

  it('is not used up by a use that is refused', async () => {
    const { invite, clock } = single({ claims: z.object({ team: z.string() }) as never });
    const wrong = messageOf({ team: 7, sub: '1' });
    expect(await refusalOf(() => invite.verify(wrong))).toEqual(NOT_VALID);
    const token = await invite.issue({ subject: '1', claims: { team: 'red' } });
    clock.now = T0 - 2 * MINUTE;
    expect(await refusalOf(() => invite.verify(token))).toEqual(NOT_VALID);
    clock.now = T0;
    await expect(invite.verify(token)).resolves.toBeDefined();
  });

  it('stays used until the last moment of its life', async () => {
    const { invite, clock, auth } = single({ ttl: '10m' });
    const token = await invite.issue({ subject: '1' });
    await invite.verify(token);
    clock.advance(10 * MINUTE + 5 * SECOND - 1);
    await auth.prune();
    expect(await refusalOf(() => invite.verify(token))).toEqual(REVOKED);
  });

  it('is 503 while the store is away, and the message is still good afterwards', async () => {
    const { invite, store } = single();
    const token = await invite.issue({ subject: '1' });
    store.fail('throw');
    for (const look of [invite.verify, invite.peek]) {
      const failure = await failureOf(() => look(token));
      expect([failure.code, failure.status]).toEqual(['store_unavailable', 503]);
    }
    store.heal();
    await expect(invite.verify(token)).resolves.toBeDefined();
  });

  it('is used up where the store took the step and lost the answer', async () => {
    const { invite, store } = single();
    const token = await invite.issue({ subject: '1' });
    store.fail('commit-then-throw', 'blacklist', 1);
    expect(await refusalOf(() => invite.verify(token))).toEqual(['store_unavailable', 503]);
    expect(await refusalOf(() => invite.verify(token))).toEqual(REVOKED);
  });
});

it('a message about nobody is kept under its kind: a store files what it keeps by subject', async () => {
  const store = spyStore();
  const kept: unknown[] = [];
  const watching = Object.assign(store, {
    blacklist: async (token: object) => kept.push(token) > 0,
  });
  const { auth } = makeAuth({ store: watching });
  const invite = auth.kind('invite', { ttl: '1h', singleUse: true });
  const { id } = await invite.verify(await invite.issue({}));
  expect(kept).toEqual([{ id, subject: 'invite+jwt', expiresAt: T0 + 3_600_000 + 122_000 }]);
});

describe('a use whose answer is not true', () => {
  it.each([undefined, null, 1, 'OK', {}])('is no use: %j', async (answer) => {
    const store = spyStore();
    const odd = Object.assign(store, { blacklist: async () => answer as unknown as boolean });
    const { auth } = makeAuth({ store: odd });
    const invite = auth.kind('invite', { ttl: '1h', singleUse: true });
    const token = await invite.issue({ subject: '1' });
    await expect(invite.verify(token)).rejects.toMatchObject({ status: expect.any(Number) });
  });
});

describe('own claims of a message', () => {
  const schema = z.object({ team: z.string(), seats: z.number().default(1) });

  it('are checked before they are signed', async () => {
    const { invite } = setUp({ claims: schema as never });
    for (const claims of [{}, { team: 1 }, { team: 'red', seats: 'two' }, undefined])
      await expect(invite.issue({ subject: '1', claims } as never)).rejects.toThrow(CONFIGURATION);
    await expect(invite.issue({ claims: { team: 'red' } })).resolves.toBeTypeOf('string');
  });

  it('are read by the schema when verified, and refused where they do not fit', async () => {
    const { invite } = setUp({ claims: schema as never });
    const message = await invite.verify(messageOf({ team: 'red', extra: true }));
    expect([message.claims['team'], message.claims['seats'], 'extra' in message.claims]).toEqual([
      'red',
      1,
      false,
    ]);
    expect(message.claims['iss']).toBe(ISSUER);
    for (const claims of [{}, { team: null }, { team: 'red', seats: '2' }])
      expect(await refusalOf(() => invite.verify(messageOf(claims)))).toEqual(NOT_VALID);
  });

  it('may be read asynchronously', async () => {
    const known = async (team: string) => team === 'red';
    const { invite } = setUp({ claims: z.object({ team: z.string().refine(known) }) as never });
    await expect(invite.issue({ claims: { team: 'blue' } })).rejects.toThrow(CONFIGURATION);
    await expect(invite.verify(await invite.issue({ claims: { team: 'red' } }))).resolves.toBeDefined();
    expect(await refusalOf(() => invite.verify(messageOf({ team: 'blue' })))).toEqual(NOT_VALID);
  });

  it('are signed as they are given, so that a schema that changes them reads them again', async () => {
    const { invite } = setUp({
      claims: z.object({ day: z.string().transform((day) => new Date(day)) }) as never,
    });
    const token = await invite.issue({ claims: { day: '2027-01-15' } });
    expect(decode(token).claims['day']).toBe('2027-01-15');
    expect((await invite.verify(token)).claims['day']).toEqual(new Date('2027-01-15'));
  });

  it('are judged as what is signed: what JSON makes of them', async () => {
    const { invite } = setUp({ claims: z.object({ day: z.date() }) as never });
    await expect(invite.issue({ claims: { day: new Date(T0) } as never })).rejects.toThrow(CONFIGURATION);
  });

  const RESERVED = [
    'iss',
    'aud',
    'sub',
    'sid',
    'gen',
    'jti',
    'iat',
    'nbf',
    'exp',
    'auth_time',
    'refresh_exp',
  ];
  it.each([...RESERVED, 'client_id', 'scope', '__proto__'])('cannot set %s', async (name) => {
    const { invite } = setUp();
    const claims = JSON.parse(`{"${name}":"x"}`);
    await expect(invite.issue({ claims })).rejects.toThrow(CONFIGURATION);
  });

  it.each([[[]], ['text'], [null], [1]])('are an object, not %j', async (claims) => {
    await expect(setUp().invite.issue({ claims } as never)).rejects.toThrow(CONFIGURATION);
  });

  it('cannot say by toJSON what they are not', async () => {
    const { invite } = setUp();
    const claims = {
      toJSON: () => ({ iss: ISSUER, aud: ISSUER, sub: 'root', jti: 'j', iat: NOW, exp: NOW + 60 }),
    };
    await expect(invite.issue({ subject: '1', claims: claims as never })).rejects.toThrow(CONFIGURATION);
  });

  it('are about a subject that is a text of 1 to 255 characters', async () => {
    const { invite } = setUp();
    for (const subject of ['', 'x'.repeat(256), 1, null])
      await expect(invite.issue({ subject: subject as string })).rejects.toThrow(CONFIGURATION);
    await expect(invite.verify(await invite.issue({ subject: 'x'.repeat(255) }))).resolves.toBeDefined();
  });
});

describe('a kind', () => {
  it.each([
    'at',
    'rt',
    'sl',
    '',
    'Invite',
    'in vite',
    '1st',
    '-a',
    'a/b',
    'a.b',
    'é',
    'x'.repeat(33),
    1,
    undefined,
  ])('cannot be named %j', (name) => {
    expect(() => makeAuth().auth.kind(name as string, { ttl: '1h' })).toThrow(CONFIGURATION);
  });

  it('may have a name of 32 letters, digits and hyphens', () => {
    expect(() => makeAuth().auth.kind(`a1-${'x'.repeat(29)}`, { ttl: '1h' })).not.toThrow();
  });

  it.each(['node', 'jose'] as const)(
    'exists once, also while keys are being imported: %s',
    async (engine) => {
      const { createAuth } = await loadCore(engine);
      const keys = keyFor('HS256', 'a', 'k1');
      const auth = createAuth({ issuer: ISSUER, audience: AUDIENCE, keys, store: memoryStore() });
      auth.kind('invite', { ttl: '1h' });
      expect(() => auth.kind('invite', { ttl: '2h' })).toThrow(CONFIGURATION);
      await auth.ready();
      expect(() => auth.kind('invite', { ttl: '2h' })).toThrow(CONFIGURATION);
    },
  );

  it('exists once in an auth, and in each of two', () => {
    const { made } = setUp();
    expect(() => made.auth.kind('invite', { ttl: '2h' })).toThrow(CONFIGURATION);
    expect(() => makeAuth().auth.kind('invite', { ttl: '1h' })).not.toThrow();
  });

  it.each([
    ['no options', undefined],
    ['no life', {}],
    ['a life of nothing', { ttl: 0 }],
    ['a life of more than a year', { ttl: '367d' }],
    ['a life in other words', { ttl: '1w' }],
    ['an unknown option', { ttl: '1h', once: true }],
    ['an audience that is no text', { ttl: '1h', audience: ['a'] }],
    ['an empty audience', { ttl: '1h', audience: '' }],
    ['claims that are no schema', { ttl: '1h', claims: {} }],
    ['a word for singleUse', { ttl: '1h', singleUse: 'yes' }],
  ])('is not made with %s, and its name stays free', (_, options) => {
    const { auth } = makeAuth();
    expect(() => auth.kind('invite', options as never)).toThrow(CONFIGURATION);
    expect(() => auth.kind('invite', { ttl: '1h' })).not.toThrow();
  });
});

describe('the keys of a message', () => {
  const apart = {
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
    refresh: { keys: keyFor('ES256', 'a', 'own') },
  } as const;

  it('are those that nobody else holds, for a message to the issuer itself', async () => {
    const { auth } = makeAuth(apart);
    const token = await auth.kind('reset', { ttl: '1h' }).issue({ subject: '1' });
    expect(decode(token).header).toEqual({ alg: 'ES256', typ: 'reset+jwt', kid: 'own' });
    expect(auth.jwks()).toEqual({ keys: [] });
  });

  it('are those of access tokens, for a message that others verify', async () => {
    const { auth } = makeAuth(apart);
    const token = await auth
      .kind('notice', { ttl: '1h', audience: 'https://other.test' })
      .issue({ subject: '1' });
    expect(decode(token).header).toEqual({ alg: 'HS256', typ: 'notice+jwt', kid: 'k1' });
  });

  it('cannot be had from the secret of the access tokens: a message forged with it is refused', async () => {
    const { auth, clock } = makeAuth(apart);
    const reset = auth.kind('reset', { ttl: '1h' });
    const now = Math.floor(clock() / 1000);
    const claims = {
      iss: 'https://issuer.test',
      aud: 'https://issuer.test',
      sub: '1',
      jti: 'x',
      iat: now,
      exp: now + 60,
    };
    const forged = craft({ alg: 'HS256', typ: 'reset+jwt', kid: 'k1' }, claims);
    expect(await refusalOf(() => reset.verify(forged))).toEqual(['token_not_valid', 401]);
  });
});
