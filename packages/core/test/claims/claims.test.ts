/** The app's own claims, by schemas of three libraries, in an auth and in a verifier. */

import { runInNewContext } from 'node:vm';
import type { JsonObject, StandardSchema } from '@tokenpair/core';
import { createVerifier, type VerifierOptions } from '@tokenpair/core/verifier';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AUDIENCE, ISSUER, logIn, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { craft, craftFrom, decode, SECRET } from '../support/tokens.ts';
import { bearer, short } from '../verifier/support.ts';

const NOW = T0 / 1000;
const NOT_VALID = ['token_not_valid', 401];
const UNAVAILABLE = ['backend_unavailable', 503];
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
  'client_id',
  'scope',
];

interface Tenancy {
  tenant: string;
  level: number;
}

const known = async (tenant: string) => tenant !== 'gone';

/** The same rules, six times: a tenant of at least two letters, a level from 1 to 9. */
const SCHEMAS: readonly (readonly [string, StandardSchema<Tenancy>])[] = [
  ['zod', z.object({ tenant: z.string().min(2), level: z.int().min(1).max(9) })],
  ['zod, asynchronous', z.object({ tenant: z.string().min(2).refine(known), level: z.int().min(1).max(9) })],
  [
    'valibot',
    v.object({
      tenant: v.pipe(v.string(), v.minLength(2)),
      level: v.pipe(v.number(), v.minValue(1), v.maxValue(9)),
    }),
  ],
  [
    'valibot, asynchronous',
    v.objectAsync({
      tenant: v.pipeAsync(v.string(), v.minLength(2), v.checkAsync(known)),
      level: v.pipe(v.number(), v.minValue(1), v.maxValue(9)),
    }),
  ],
  ['arktype', type({ tenant: 'string >= 2', level: '1 <= number.integer <= 9' })],
];

const GOOD = { tenant: 'acme', level: 3 };
const BAD: readonly JsonObject[] = [
  {},
  { tenant: 'acme' },
  { tenant: 'a', level: 3 },
  { tenant: 'acme', level: '3' },
  { tenant: 'acme', level: 10 },
  { tenant: null, level: 3 },
  { tenant: ['acme'], level: 3 },
];

function authWith(options: Parameters<typeof makeAuth>[0], claims: JsonObject = GOOD): TestAuth {
  const made = makeAuth(options);
  for (const user of made.users.values()) user.claims = claims as Record<string, string>;
  return made;
}

/** A genuine access token of a live session whose own claims are others. */
async function tokenWith(made: TestAuth, own: JsonObject): Promise<string> {
  const { access } = await logIn(made);
  const { claims, headerSegment } = decode(access);
  const registered = Object.fromEntries(Object.entries(claims).filter(([name]) => RESERVED.includes(name)));
  return craftFrom(headerSegment, { ...registered, ...own });
}

async function judge(made: TestAuth, token: string) {
  return short(await made.auth.guard()(bearer(token)));
}

describe.each(SCHEMAS)('own claims by %s', (name, schema) => {
  it('are signed, read and handed over', async () => {
    const made = authWith({ claims: schema as never });
    const { access } = await logIn(made);
    expect(decode(access).claims).toMatchObject(GOOD);
    const outcome = await made.auth.guard()(bearer(access));
    expect(outcome.passed && outcome.auth?.claims).toMatchObject({ ...GOOD, sub: '1', iss: ISSUER });
  });

  it.each(BAD)('are refused in a token when they are %j', async (own) => {
    const made = authWith({ claims: schema as never });
    expect(await judge(made, await tokenWith(made, GOOD))).toBe('1');
    expect(await judge(made, await tokenWith(made, own))).toEqual(NOT_VALID);
  });

  it.each(BAD)('are not signed when they are %j: 503, and no token', async (own) => {
    const made = authWith({ claims: schema as never }, own);
    expect(await refusalOf(() => logIn(made))).toEqual(UNAVAILABLE);
    const answer = plain(await made.auth.handle(jsonRequest('/', { username: '1', password: PASSWORD })));
    expect([answer?.status, answer?.body.code]).toEqual([503, 'backend_unavailable']);
    expect(answer?.headers['retry-after']).toMatch(/^[1-3]$/);
  });

  it('that are not signed leave no session behind', async () => {
    const made = authWith({ claims: schema as never }, { tenant: 'a' });
    await refusalOf(() => logIn(made));
    expect(await made.auth.sessions.list('1')).toEqual([]);
  });

  it('that do not fit at a refresh are 503, and fit again at the next', async () => {
    const made = authWith({ claims: schema as never });
    const { refresh } = await logIn(made);
    const [user] = made.users.values();
    if (user === undefined) throw new Error('no user');
    user.claims = { tenant: 'a' };
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(UNAVAILABLE);
    user.claims = GOOD as never;
    const renewed = await made.auth.refresh(refresh);
    expect(decode(renewed.access).claims).toMatchObject(GOOD);
  });

  it('are read by a verifier in another service', async () => {
    const made = authWith({ claims: schema as never });
    const verifier = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { alg: 'HS256', secret: SECRET, kid: 'k1' } }],
      claims: schema,
      clock: made.clock,
    });
    const who = await verifier.verify((await logIn(made)).access);
    expect([who.claims.tenant, who.claims.level, who.subject, who.scopes]).toEqual([
      'acme',
      3,
      '1',
      ['read', 'write'],
    ]);
    for (const own of BAD)
      expect(await refusalOf(async () => verifier.verify(await tokenWith(made, own)))).toEqual(NOT_VALID);
  });

  if (name.endsWith('asynchronous')) {
    it('are judged by what the schema waits for', async () => {
      const made = authWith({ claims: schema as never });
      expect(await judge(made, await tokenWith(made, { tenant: 'gone', level: 3 }))).toEqual(NOT_VALID);
    });
  }
});

describe('a schema that changes what it reads', () => {
  const CHANGING: readonly (readonly [string, StandardSchema<{ since: Date; tags: readonly string[] }>])[] = [
    [
      'zod',
      z.object({
        since: z.string().transform((text) => new Date(text)),
        tags: z.array(z.string()).default(['none']),
      }),
    ],
    [
      'valibot',
      v.object({
        since: v.pipe(
          v.string(),
          v.transform((text) => new Date(text)),
        ),
        tags: v.optional(v.array(v.string()), ['none']),
      }),
    ],
    [
      'arktype',
      type({ since: 'string.date.iso.parse', tags: type('string[]').default(() => ['none']) }) as never,
    ],
  ];

  it.each(CHANGING)('gives its output, the token what was given: %s', async (_, schema) => {
    const made = authWith({ claims: schema as never }, { since: '2027-01-15T08:00:00.000Z' });
    const { access } = await logIn(made);
    expect(decode(access).claims).toMatchObject({ since: '2027-01-15T08:00:00.000Z' });
    expect(decode(access).claims).not.toHaveProperty('tags');
    const outcome = await made.auth.guard()(bearer(access));
    expect(outcome.passed && outcome.auth?.claims).toMatchObject({ since: new Date(T0), tags: ['none'] });
  });

  it('does not see the reserved claims, and cannot change them', async () => {
    const seen: unknown[] = [];
    const greedy = z.looseObject({}).transform((own) => {
      seen.push(own);
      return { ...own, sub: 'root', sid: 'x', scope: 'admin', exp: 0, iss: 'x', own: true };
    });
    const made = authWith({ claims: greedy as never });
    const { access, ref } = await logIn(made);
    const outcome = await made.auth.guard()(bearer(access));
    if (!outcome.passed) throw new Error('it was to pass');
    expect(outcome.auth).toMatchObject({ subject: '1', session: ref.id, scopes: ['read', 'write'] });
    expect(outcome.auth?.claims).toMatchObject({ ...GOOD, sub: '1', iss: ISSUER, exp: NOW + 300, own: true });
    for (const own of seen) for (const name of RESERVED) expect(own).not.toHaveProperty(name);
  });

  it('does not add reserved claims that the token has not', async () => {
    const greedy = z.looseObject({}).transform((own) => ({ ...own, scope: 'admin', client_id: 'x', nbf: 0 }));
    const made = authWith({ claims: greedy as never });
    for (const user of made.users.values()) delete user.scope;
    const { access } = await logIn(made);
    const outcome = await made.auth.guard()(bearer(access));
    if (!outcome.passed) throw new Error('it was to pass');
    expect(outcome.auth?.scopes).toEqual([]);
    for (const name of ['scope', 'client_id', 'nbf']) expect(outcome.auth?.claims).not.toHaveProperty(name);
    expect(short(await made.auth.guard({ scope: 'admin' })(bearer(access)))).toEqual([
      'insufficient_scope',
      403,
    ]);
  });

  it('gives claims without a prototype, frozen', async () => {
    const made = authWith(
      { claims: z.object({ a: z.object({ b: z.string() }) }) as never },
      { a: { b: 'c' } },
    );
    const outcome = await made.auth.guard()(bearer((await logIn(made)).access));
    const claims = outcome.passed ? outcome.auth?.claims : undefined;
    expect([Object.isFrozen(claims), Object.getPrototypeOf(claims)]).toEqual([true, null]);
  });
});

describe('a schema that fails', () => {
  function failing(validate: (value: unknown) => unknown): StandardSchema {
    return { '~standard': { version: 1, vendor: 'test', validate: validate as never } };
  }

  const cause = new Error('the directory is away');
  const throwing = () => {
    throw cause;
  };

  it.each([
    ['by a throw', failing(throwing)],
    ['by a rejection', failing(async () => throwing())],
  ])('is a failing backend, not a bad token: %s', async (_, schema) => {
    const open = authWith({});
    const { access } = await logIn(open);
    const made = authWith({ claims: schema as never, store: open.store });
    const outcome = await made.auth.guard()(bearer(access));
    expect(short(outcome)).toEqual(UNAVAILABLE);
    expect(!outcome.passed && outcome.error.cause).toBe(cause);
    const anonymous = made.auth.guard({ optional: true, onInvalid: 'anonymous' });
    expect(short(await anonymous(bearer(access)))).toEqual(UNAVAILABLE);
  });

  it.each([
    ['by a throw', failing(throwing)],
    ['by a rejection', failing(async () => throwing())],
  ])('is a failing backend at a login too: %s', async (_, schema) => {
    const made = authWith({ claims: schema as never });
    expect(await refusalOf(() => logIn(made))).toEqual(UNAVAILABLE);
    const request = jsonRequest('/', { username: '1', password: PASSWORD });
    expect(plain(await made.auth.handle(request))?.status).toBe(503);
  });

  it('may answer with any promise, not only with one of this realm', async () => {
    const Foreign = runInNewContext('Promise') as PromiseConstructor;
    const thenable = (result: object) => failing(() => Foreign.resolve(result));
    const open = authWith({});
    const { access } = await logIn(open);
    const refusing = authWith({ claims: thenable({ issues: [{}] }) as never, store: open.store });
    expect(await judge(refusing, access)).toEqual(NOT_VALID);
    expect(await refusalOf(() => logIn(refusing))).toEqual(UNAVAILABLE);
    const taking = authWith({ claims: thenable({ value: { tenant: 'x' } }) as never, store: open.store });
    const outcome = await taking.auth.guard()(bearer(access));
    expect(outcome.passed && outcome.auth?.claims).toMatchObject({ tenant: 'x', sub: '1' });
  });

  it.each([undefined, null, true, {}, 'ok', { value: 'text' }, { value: null }, { value: [1] }])(
    'takes nothing for an answer that is none: %j',
    async (result) => {
      const open = authWith({});
      const { access } = await logIn(open);
      const made = authWith({ claims: failing(() => result) as never, store: open.store });
      const [, status] = [await judge(made, access)].flat();
      expect([401, 503]).toContain(status);
    },
  );

  it('is no schema without the method of Standard Schema', () => {
    for (const claims of [
      {},
      null,
      'zod',
      { parse() {} },
      { '~standard': {} },
      { '~standard': null },
      () => {},
    ])
      expect(() => makeAuth({ claims: claims as never })).toThrow(TypeError);
  });
});

describe('what a hook says of claims', () => {
  it.each([...RESERVED, '__proto__'])('cannot set %s: at login, at refresh, by issue', async (name) => {
    const claims = JSON.parse(`{"${name}":"x"}`);
    const made = makeAuth();
    const { refresh } = await logIn(made);
    const [user] = made.users.values();
    if (user === undefined) throw new Error('no user');
    user.claims = claims;
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(UNAVAILABLE);
    delete user.claims;
    await expect(made.auth.sessions.issue({ subject: '1', claims })).rejects.toThrow(TypeError);
    const login = makeAuth({ login: () => ({ subject: '1', epoch: 'e0', claims }) });
    const answer = await login.auth.handle(jsonRequest('/', { username: '1', password: 'x' }));
    expect(plain(answer)?.body.code).toBe('backend_unavailable');
  });

  it.each([[[]], ['text'], [1], [true]])('is an object, not %j', async (claims) => {
    const made = makeAuth({ resolve: () => ({ active: true, claims: claims as never }) });
    expect(await refusalOf(() => made.auth.sessions.issue({ subject: '1' }))).toEqual(UNAVAILABLE);
  });

  it('cannot take the place of the rest by toJSON', async () => {
    const made = makeAuth();
    const { refresh } = await logIn(made);
    const [user] = made.users.values();
    if (user === undefined) throw new Error('no user');
    user.claims = { toJSON: () => ({ sub: 'root' }) } as never;
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(UNAVAILABLE);
  });

  it('at login is in the first token, and what resolve says in those after it', async () => {
    const made = makeAuth();
    const [user] = made.users.values();
    if (user === undefined) throw new Error('no user');
    user.claims = { team: 'blue' };
    const pair = await made.auth.sessions.issue({ subject: '1', claims: { team: 'red' } });
    expect(decode(pair.access).claims['team']).toBe('red');
    const renewed = await made.auth.refresh(String(pair.refresh));
    expect(decode(renewed.access).claims['team']).toBe('blue');
  });
});

describe('validateClaims of an auth', () => {
  it('takes a token only for true', async () => {
    for (const good of [() => true, async () => true]) {
      const made = makeAuth({ validateClaims: good });
      expect(await judge(made, (await logIn(made)).access)).toBe('1');
    }
    for (const answer of [
      false,
      undefined,
      null,
      1,
      'true',
      {},
      Promise.resolve(false),
      Promise.resolve('true'),
    ]) {
      const made = makeAuth({ validateClaims: () => answer as boolean });
      expect(await judge(made, (await logIn(made)).access)).toEqual(NOT_VALID);
    }
  });

  it('sees the claims that were signed, before the schema reads them', async () => {
    const validateClaims = vi.fn(() => true);
    const schema = z.object({ tenant: z.string().transform((name) => name.toUpperCase()) });
    const made = authWith({ validateClaims, claims: schema as never }, { tenant: 'acme' });
    const outcome = await made.auth.guard()(bearer((await logIn(made)).access));
    expect(validateClaims).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ tenant: 'acme', sub: '1' }),
    );
    expect(outcome.passed && outcome.auth?.claims['tenant']).toBe('ACME');
  });

  it('that throws is a failing backend', async () => {
    const made = makeAuth({
      validateClaims: () => {
        throw new Error('away');
      },
    });
    expect(await judge(made, (await logIn(made)).access)).toEqual(UNAVAILABLE);
  });

  it('is not asked about refresh tokens and messages', async () => {
    const validateClaims = vi.fn(() => false);
    const made = makeAuth({ validateClaims });
    const invite = made.auth.kind('invite', { ttl: '1h' });
    await invite.verify(await invite.issue({}));
    await made.auth.refresh((await logIn(made)).refresh);
    expect(validateClaims).not.toHaveBeenCalled();
  });
});

describe('requiredClaims of an auth', () => {
  it('must be there, beside those that every token has', async () => {
    const made = authWith({ requiredClaims: ['tenant'] });
    expect(await judge(made, await tokenWith(made, GOOD))).toBe('1');
    for (const own of [{ tenant: null }, { tenant: '' }])
      expect(await judge(made, await tokenWith(made, own))).toBe('1');
    expect(await judge(made, await tokenWith(made, { level: 3 }))).toEqual(NOT_VALID);
    const { headerSegment, claims } = decode((await logIn(made)).access);
    for (const name of ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp']) {
      const { [name]: _, ...rest } = claims;
      expect([name, ...[await judge(made, craftFrom(headerSegment, rest))].flat()]).toEqual([
        name,
        ...NOT_VALID,
      ]);
    }
  });

  it('are a list of names', () => {
    for (const requiredClaims of ['tenant', [1], [''], {}, null])
      expect(() => makeAuth({ requiredClaims: requiredClaims as never })).toThrow(TypeError);
  });
});

describe('a schema in a verifier', () => {
  const issuer = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
  } as const;
  const tokenOf = (claims: JsonObject) =>
    craft(
      { alg: 'HS256', typ: 'at+jwt', kid: 'k1' },
      { iss: ISSUER, aud: AUDIENCE, sub: '1', iat: NOW, exp: NOW + 60, ...claims },
    );
  const verifierOf = (options: Partial<VerifierOptions<Tenancy>>, more: object = {}) =>
    createVerifier({ issuers: [{ ...issuer, ...more }], clock: () => T0, ...options });
  const tenancy = SCHEMAS[0]?.[1] as StandardSchema<Tenancy>;

  it('does not take the scopes away, whatever claim holds them', async () => {
    const verifier = verifierOf({ claims: tenancy }, { scopeClaim: 'scp' });
    const who = await verifier.verify(tokenOf({ ...GOOD, scp: 'read write' }));
    expect(who.scopes).toEqual(['read', 'write']);
  });

  it('cannot make scopes up', async () => {
    const greedy = z.looseObject({}).transform(() => ({ ...GOOD, scp: 'admin', scope: 'admin', sid: 's' }));
    for (const scopeClaim of ['scp', 'scope']) {
      const who = await verifierOf({ claims: greedy }, { scopeClaim }).verify(tokenOf({}));
      expect([who.scopes, who.session]).toEqual([[], undefined]);
    }
  });

  it('is asked after validateClaims, which sees what was signed', async () => {
    const validateClaims = vi.fn(() => true);
    const verifier = verifierOf({ claims: tenancy }, { validateClaims });
    await verifier.verify(tokenOf({ ...GOOD, extra: 1 }));
    expect(validateClaims).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ ...GOOD, extra: 1 }));
  });

  it('that throws is a failing backend', async () => {
    const claims: StandardSchema<Tenancy> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          throw new Error('away');
        },
      },
    };
    const failure = await failureOf(() => verifierOf({ claims }).verify(tokenOf(GOOD)));
    expect([failure.code, failure.status]).toEqual(UNAVAILABLE);
  });
});
