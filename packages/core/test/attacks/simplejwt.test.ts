// The attacks on tokens of SimpleJWT's shape (docs: preset simplejwt): a header that is read, no typ of its own, a kind in a claim.
import { createHmac } from 'node:crypto';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { describe, it } from 'vitest';
import { createClock } from '../support/clock.ts';
import { longSecret, pairFor, pemOf } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import {
  expectAccepted,
  expectRefused,
  forge,
  NOW,
  PATH_ALGORITHMS,
  type Path,
  segment,
  verifyingKey,
} from './paths.ts';

const CLAIMS = { token_type: 'access', exp: NOW + 300, iat: NOW, jti: 'j', user_id: 1 };
const keyOf = (alg: (typeof PATH_ALGORITHMS)[number]) => {
  const key = verifyingKey(alg);
  return 'secret' in key ? key : { alg: key.alg, privateKey: pairFor(alg).privateKey, kid: 'k1' };
};

const SIMPLE: readonly Path[] = PATH_ALGORITHMS.map((alg) => {
  const auth = createSimpleJwtAuth({ keys: keyOf(alg), clock: createClock() });
  return {
    name: `simplejwt ${alg}`,
    alg,
    door: 'other issuer',
    verify: async (token) => (await auth.verify(token as string)).claims,
  };
});

const header = (alg: string): Record<string, unknown> => ({ alg, typ: 'JWT' });
const refused = (make: (path: Path) => unknown) => expectRefused(make, SIMPLE);
const accepted = (make: (path: Path) => string) => expectAccepted(make, SIMPLE);
const withHeader =
  (members: Record<string, unknown>) =>
  ({ alg }: Path) =>
    forge(alg, { ...header(alg), ...members }, CLAIMS);
const withPayload =
  (payload: unknown) =>
  ({ alg }: Path) =>
    forge(alg, header(alg), payload);
/** The claims with one of them written as it stands. */
const withMember = (name: string, json: string) => {
  const rest = JSON.stringify(Object.fromEntries(Object.entries(CLAIMS).filter(([each]) => each !== name)));
  return withPayload(json === '' ? rest : rest.replace(/\}$/, `,"${name}":${json}}`));
};

it('has near misses', async () => {
  await accepted(withHeader({}));
  await accepted(withHeader({ kid: 'anything' }));
  await accepted(({ alg }) => forge(alg, { alg }, CLAIMS));
  await accepted(withMember('user_id', '"1"'));
  await accepted(withMember('iat', ''));
});

it.each([
  ['alg none (CVE-2015-9235)', { alg: 'none' }],
  ['alg None', { alg: 'None' }],
  ['an empty alg', { alg: '' }],
  ['alg in a list', { alg: ['HS256'] }],
  ['no alg', { alg: undefined }],
  ['another alg', { alg: 'HS512' }],
  ['jwk (CVE-2018-0114)', { jwk: { kty: 'oct', k: encode(longSecret()) } }],
  ['jku', { jku: 'https://evil.test' }],
  ['x5u', { x5u: 'https://evil.test' }],
  ['x5c', { x5c: ['MIIB'] }],
  ['crit (CVE-2026-35042)', { crit: ['x'], x: 1 }],
  ['an empty crit', { crit: [] }],
  ['b64 false', { crit: ['b64'], b64: false }],
  ['zip', { zip: 'DEF' }],
  ['cty', { cty: 'JWT' }],
  ['an unknown member', { x: 1 }],
  ['typ of our own access tokens', { typ: 'at+jwt' }],
  ['typ of our own refresh tokens', { typ: 'rt+jwt' }],
  ['typ in lower case', { typ: 'jwt' }],
  ['typ in a list', { typ: ['JWT'] }],
  ['typ null', { typ: null }],
  ['kid as a number', { kid: 1 }],
  ['kid null', { kid: null }],
])('a header with %s is refused', async (_name, members) => {
  await refused(withHeader(members));
});

it.each(['"alg":"none",', '"typ":"JWT",', '"__proto__":{},'])(
  'a header that repeats %s is refused',
  async (before) => {
    await refused(({ alg }) => forge(alg, JSON.stringify(header(alg)).replace('{', `{${before}`), CLAIMS));
  },
);

it('an HMAC under the public key is refused (CVE-2015-9235)', async () => {
  for (const { alg } of SIMPLE.filter((path) => path.alg !== 'HS256')) {
    const pem = pemOf(pairFor(alg).publicKey);
    const input = `${segment(header('HS256'))}.${segment(CLAIMS)}`;
    await refused(() => `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`);
  }
});

it('the signature of another key, and none, is refused', async () => {
  await refused(({ alg }) => forge(alg, header(alg), CLAIMS, 'b'));
  await refused(({ alg }) => `${segment(header(alg))}.${segment(CLAIMS)}.`);
  await refused(({ alg }) => `${forge(alg, header(alg), CLAIMS)} `);
  await refused(({ alg }) => `${forge(alg, header(alg), CLAIMS)}==`);
});

describe('a claim', () => {
  it.each([
    ['token_type', '"refresh"'],
    ['token_type', '"sliding"'],
    ['token_type', '["access"]'],
    ['token_type', '"ACCESS"'],
    ['token_type', 'null'],
    ['token_type', '"__proto__"'],
    ['token_type', ''],
    ['exp', ''],
    ['exp', '0'],
    ['exp', '-1'],
    ['exp', '1e400'],
    ['exp', '1e308'],
    ['exp', `"${NOW + 300}"`],
    ['exp', `${NOW + 300}.5`],
    ['exp', 'null'],
    ['exp', String(NOW - 5)],
    ['exp', String(NOW)],
    ['iat', String(NOW + 61)],
    ['iat', '1e400'],
    ['iat', '"0"'],
    ['nbf', String(NOW + 61)],
    ['nbf', '-1e400'],
    ['jti', ''],
    ['jti', '""'],
    ['jti', '1'],
    ['jti', 'null'],
    ['jti', '{"$ne":null}'],
    ['user_id', ''],
    ['user_id', '""'],
    ['user_id', 'null'],
    ['user_id', 'true'],
    ['user_id', '-1'],
    ['user_id', '1.5'],
    ['user_id', '9007199254740993'],
    ['user_id', '1e400'],
    ['user_id', '["1"]'],
    ['user_id', '{"$ne":null}'],
    ['user_id', JSON.stringify('x'.repeat(256))],
  ])('%s %s is refused', async (name, json) => {
    await refused(withMember(name, json));
  });

  it.each([
    ['a lone surrogate in user_id', 'user_id', '"\\ud800"'],
    ['a NUL in user_id', 'user_id', '"1\\u0000"'],
    ['a line feed in user_id', 'user_id', '"1\\n"'],
    ['a lone surrogate in jti', 'jti', '"\\ud800"'],
  ])('with %s is refused: in UTF-8 or a log it is no name of its own (R16)', async (_name, name, json) => {
    await refused(withMember(name, json));
  });
});

it.each([
  ['an array', '[]'],
  ['an array of the claims', [CLAIMS]],
  ['null', 'null'],
  ['a repeated user_id', JSON.stringify(CLAIMS).replace('{', '{"user_id":2,')],
  ['a repeated token_type', JSON.stringify(CLAIMS).replace('{', '{"token_type":"refresh",')],
  ['__proto__', JSON.stringify(CLAIMS).replace('{', '{"__proto__":{"user_id":2},')],
  ['a byte order mark', `\uFEFF${JSON.stringify(CLAIMS)}`],
  ['40 levels', JSON.stringify(CLAIMS).replace('{', `{"x":${'['.repeat(40)}${']'.repeat(40)},`)],
])('a payload with %s is refused', async (_name, payload) => {
  await refused(withPayload(payload));
});

it('a token of createAuth is not one of these, though the key is the same (R13)', async () => {
  await refused(({ alg }) =>
    forge(alg, { alg, typ: 'at+jwt', kid: 'k1' }, { ...CLAIMS, iss: 'x', aud: 'y', sub: '1', sid: 's' }),
  );
});
