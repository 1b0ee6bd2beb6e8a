// What an attacker learns from a refusal (security.md §2.9, R39, R51 to R53).
import { AuthError } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import {
  assertShowsNothing,
  CLAIMS,
  forge,
  headerOf,
  OTHER_PATHS,
  PATHS,
  type Path,
  segment,
  shown,
} from './paths.ts';

/** Tokens that are wrong for one reason each, all of the same kind. */
const WRONG: readonly (readonly [string, (path: Path) => string])[] = [
  ['no token', () => 'x'],
  ['an unknown key', ({ alg }) => forge(alg, { ...headerOf(alg), kid: 'k2' })],
  ['a forged signature', ({ alg }) => forge(alg, headerOf(alg), CLAIMS, 'b')],
  ['a wrong algorithm', ({ alg }) => forge(alg, { ...headerOf(alg), alg: 'none' })],
  ['another issuer', ({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, iss: 'https://evil.test' })],
  ['another audience', ({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, aud: 'x' })],
  ['no subject', ({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, sub: undefined })],
  ['a payload that is no object', ({ alg }) => forge(alg, headerOf(alg), '[]')],
  ['issued in the future', ({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, iat: CLAIMS.exp - 1 })],
  [
    'expired and of another issuer',
    ({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, iat: 1, exp: 2, iss: 'x' }),
  ],
];

const visible = (error: AuthError) => ({
  code: error.code,
  status: error.status,
  message: error.message,
  body: error.toJSON(),
  lines: error.headerLines,
});

describe('a refusal', () => {
  it('is the same for every reason on every path', async () => {
    for (const path of PATHS) {
      const seen = new Set<string>();
      for (const [, make] of WRONG)
        seen.add(JSON.stringify(visible(await failureOf(() => path.verify(make(path))))));
      expect([path.name, ...seen]).toHaveLength(2);
    }
  });

  it('says expired only of a token that is good in all else', async () => {
    const expired = { ...CLAIMS, iat: CLAIMS.iat - 1000, exp: CLAIMS.iat - 500 };
    for (const path of PATHS) {
      const { alg } = path;
      const code = async (claims: object, key = 'a') =>
        (await failureOf(() => path.verify(forge(alg, headerOf(alg), claims, key)))).code;
      expect(await code(expired)).toBe('token_expired');
      expect(await code(expired, 'b')).toBe('token_not_valid');
      for (const name of ['iss', 'aud', 'sub'])
        expect(await code({ ...expired, [name]: 'x\0'.repeat(200) })).toBe('token_not_valid');
    }
  });

  it('of an unknown, a superseded, an ended session and of a forged token has no word of the store', async () => {
    const made = makeAuth();
    const first = await logIn(made);
    await made.auth.sessions.revoke(first.ref);
    const ended = await failureOf(() => made.auth.refresh(first.refresh));
    expect([ended.status, ended.cause]).toEqual([401, undefined]);
    assertShowsNothing(ended, first.refresh);
  });
});

describe('an error', () => {
  const bodies = (secret: string): readonly (readonly [string, string | Uint8Array])[] => [
    ['in a claim', JSON.stringify({ ...CLAIMS, iss: 'x', note: secret })],
    ['in JSON that is none', `{"note":"${secret}`],
    ['in a name', `{"${secret}":1,"${secret}":2}`],
    ['behind a byte order mark', `\uFEFF{"note":"${secret}"}`],
    ['in bytes that are no UTF-8', Buffer.concat([Buffer.from(secret), Buffer.of(0xff)])],
  ];

  it('shows neither the token nor what it says', async () => {
    const secret = 'alice@example.com-4111111111111111';
    for (const path of PATHS) {
      for (const [, body] of bodies(secret)) {
        const token = forge(path.alg, headerOf(path.alg), body);
        const error = await failureOf(() => path.verify(token));
        assertShowsNothing(error, token);
        expect(shown(error)).not.toContain(secret);
        expect(error.cause).toBeUndefined();
      }
    }
  });

  it('shows no header either', async () => {
    const secret = 'kid-of-the-attacker-<script>\r\nSet-Cookie: x=1';
    for (const path of PATHS) {
      for (const member of ['kid', 'typ', 'alg', 'jku', 'crit', 'x']) {
        const header = { ...headerOf(path.alg), [member]: secret };
        if (member === 'x' && path.door !== 'own') continue;
        const error = await failureOf(() => path.verify(forge(path.alg, header)));
        expect(shown(error)).not.toContain('attacker');
        expect(JSON.stringify(error.headerLines)).not.toMatch(/attacker|\\r|\\n/);
      }
    }
  });

  it('of JSON.parse does not come through: its message would quote the payload', async () => {
    for (const path of OTHER_PATHS) {
      const error = await failureOf(() =>
        path.verify(forge(path.alg, headerOf(path.alg), 'alice@example.com')),
      );
      expect([error.cause, error instanceof AuthError]).toEqual([undefined, true]);
    }
  });

  it('in an answer of the token endpoints shows nothing either', async () => {
    const { auth } = makeAuth();
    const token = `${segment(headerOf('HS256'))}.${segment({ note: 'alice@example.com' })}.AAAA`;
    for (const path of ['/refresh', '/logout', '/verify']) {
      const answer = plain(await auth.handle(jsonRequest(path, { refresh: token, token })));
      expect(answer?.status).toBe(401);
      expect(JSON.stringify(answer)).not.toMatch(/alice|eyJ/);
    }
  });
});

describe('a failing backend', () => {
  it('is 503 and shows neither token nor claims, whatever the store throws', async () => {
    const made = makeAuth();
    const { access, refresh } = await logIn(made);
    made.store.fail('throw');
    const outcome = await made.auth.guard()({
      method: 'GET',
      rawHeaders: ['Authorization', `Bearer ${access}`],
    });
    expect(outcome).toMatchObject({ passed: false, error: { status: 503 } });
    if (!outcome.passed) assertShowsNothing(outcome.error, access);
    const error = await failureOf(() => made.auth.refresh(refresh));
    expect(error.status).toBe(503);
    assertShowsNothing(error, refresh);
  });

  it('of the app, a claims hook that throws, is 503 and not a pass (GHSA-8fpg-xm3f-6cx3)', async () => {
    for (const answer of [
      () => Promise.reject(new Error('down')),
      () => {
        throw new Error('down');
      },
    ]) {
      const { auth } = makeAuth({ revocation: 'none', validateClaims: answer });
      const rawHeaders = ['Authorization', `Bearer ${forge('HS256', headerOf('HS256'), CLAIMS)}`];
      const outcome = await auth.guard()({ method: 'GET', rawHeaders });
      expect(outcome.passed).toBe(false);
    }
  });

  it.each([undefined, null, 0, 1, 'true', {}, []])(
    'of the app, a claims hook that answers %j, refuses',
    async (answer) => {
      const { auth } = makeAuth({
        keys: { alg: 'HS256', secret: Uint8Array.from({ length: 64 }, (_, at) => at * 5 + 7), kid: 'k1' },
        validateClaims: () => answer as unknown as boolean,
      });
      const { access } = await auth.sessions.issue({ subject: '1', epoch: 'e0' });
      const outcome = await auth.guard()({
        method: 'GET',
        rawHeaders: ['Authorization', `Bearer ${access}`],
      });
      expect(outcome).toMatchObject({ passed: false, error: { code: 'token_not_valid' } });
    },
  );
});
