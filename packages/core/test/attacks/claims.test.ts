// Attacks through the claims (security.md §2.3). Every token is signed by the real key: only its payload is wrong.
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import {
  CLAIMS,
  claimsWith,
  expectAccepted,
  expectRefused,
  forge,
  headerOf,
  NOW,
  OTHER_PATHS,
  OWN_PATHS,
  PATHS,
  type Path,
} from './paths.ts';

type Row = readonly [name: string, member: string, json: string];

const payload =
  (text: string | Uint8Array) =>
  ({ alg }: Path): string =>
    forge(alg, headerOf(alg), text);

const TIMES: readonly Row[] = [
  ['exp 1e400, which is Infinity (CVE-2026-44459)', 'exp', '1e400'],
  ['exp -1e400', 'exp', '-1e400'],
  ['exp 1e308', 'exp', '1e308'],
  ['exp in milliseconds', 'exp', String((NOW + 300) * 1000)],
  ['exp in the year 9999', 'exp', '253402300799'],
  ['exp 2^53', 'exp', '9007199254740992'],
  ['exp 0 (CVE-2026-44459)', 'exp', '0'],
  ['exp -0', 'exp', '-0'],
  ['exp -1', 'exp', '-1'],
  ['exp as text (CVE-2026-44459)', 'exp', `"${NOW + 300}"`],
  ['exp as empty text', 'exp', '""'],
  ['exp "Infinity"', 'exp', '"Infinity"'],
  ['exp null', 'exp', 'null'],
  ['exp true', 'exp', 'true'],
  ['exp false', 'exp', 'false'],
  ['exp as an empty array', 'exp', '[]'],
  ['exp in an array', 'exp', `[${NOW + 300}]`],
  ['exp as an object', 'exp', `{"valueOf":${NOW + 300}}`],
  ['exp as a date', 'exp', '"2099-01-01T00:00:00Z"'],
  ['exp NaN', 'exp', 'NaN'],
  ['exp Infinity as a word', 'exp', 'Infinity'],
  ['exp in hexadecimal', 'exp', '0x7fffffff'],
  ['exp with a plus', 'exp', `+${NOW + 300}`],
  ['exp with a leading zero', 'exp', `0${NOW + 300}`],
  ['exp at iat', 'exp', String(NOW)],
  ['exp before iat', 'exp', String(NOW - 1)],
  ['no exp', 'exp', ''],
  ['iat 1e400', 'iat', '1e400'],
  ['iat -1e400', 'iat', '-1e400'],
  ['iat -1', 'iat', '-1'],
  ['iat as text', 'iat', `"${NOW}"`],
  ['iat null', 'iat', 'null'],
  ['iat true', 'iat', 'true'],
  ['iat as an array', 'iat', `[${NOW}]`],
  ['iat as an object', 'iat', '{}'],
  ['iat 61 s ahead', 'iat', String(NOW + 61)],
  ['iat an hour ahead', 'iat', String(NOW + 3600)],
  ['iat behind exp', 'iat', String(NOW + 301)],
  ['iat 0, so that it would live for decades', 'iat', '0'],
  ['no iat', 'iat', ''],
  ['nbf 61 s ahead', 'nbf', String(NOW + 61)],
  ['nbf 1e400', 'nbf', '1e400'],
  ['nbf -1e400', 'nbf', '-1e400'],
  ['nbf -1', 'nbf', '-1'],
  ['nbf as text (CVE-2026-44459)', 'nbf', '"0"'],
  ['nbf null', 'nbf', 'null'],
  ['nbf false', 'nbf', 'false'],
  ['nbf as an array', 'nbf', '[]'],
];

const NAMES: readonly Row[] = [
  ['iss of another', 'iss', '"https://evil.test"'],
  ['iss in an array (CVE-2025-30144)', 'iss', JSON.stringify([ISSUER])],
  ['iss in an array beside another (CVE-2025-30144)', 'iss', JSON.stringify(['https://evil.test', ISSUER])],
  ['iss as an object', 'iss', `{"${ISSUER}":true}`],
  ['iss null', 'iss', 'null'],
  ['iss as empty text', 'iss', '""'],
  ['iss with a slash more (GHSA-75c5-xw7c-p5pm)', 'iss', JSON.stringify(`${ISSUER}/`)],
  ['iss as a prefix (GHSA-75c5-xw7c-p5pm)', 'iss', JSON.stringify(ISSUER.slice(0, -1))],
  ['iss as a longer name', 'iss', JSON.stringify(`${ISSUER}.evil.test`)],
  ['iss in upper case', 'iss', JSON.stringify(ISSUER.toUpperCase())],
  ['iss with a NUL', 'iss', JSON.stringify(`${ISSUER}\0`)],
  ['iss with a space', 'iss', JSON.stringify(` ${ISSUER}`)],
  ['iss with a homoglyph', 'iss', JSON.stringify(ISSUER.replace('e', 'е'))],
  ['no iss', 'iss', ''],
  ['aud of another (CVE-2025-62610)', 'aud', '"https://evil.test"'],
  ['aud as a longer name', 'aud', JSON.stringify(`${AUDIENCE}.evil.test`)],
  ['aud as a prefix', 'aud', JSON.stringify(AUDIENCE.slice(0, -1))],
  ['aud as a pattern (CVE-2026-35041)', 'aud', '".*"'],
  ['aud as a list in a text', 'aud', JSON.stringify(`${AUDIENCE} other`)],
  ['aud as an object', 'aud', `{"${AUDIENCE}":true}`],
  ['aud as an object like an array', 'aud', `{"0":"${AUDIENCE}","length":1}`],
  ['aud nested', 'aud', JSON.stringify([[AUDIENCE]])],
  ['aud beside a number', 'aud', JSON.stringify([AUDIENCE, 1])],
  ['aud beside null', 'aud', JSON.stringify([null, AUDIENCE])],
  ['aud as an empty array', 'aud', '[]'],
  ['aud as empty text', 'aud', '""'],
  ['aud null', 'aud', 'null'],
  ['aud true', 'aud', 'true'],
  ['aud 0', 'aud', '0'],
  ['aud in upper case', 'aud', JSON.stringify(AUDIENCE.toUpperCase())],
  ['aud the issuer, as a refresh token has it', 'aud', JSON.stringify(ISSUER)],
  ['no aud', 'aud', ''],
  ['no sub', 'sub', ''],
  ...['sub', 'jti', 'sid'].flatMap((name): Row[] => [
    [`${name} as a number`, name, '1'],
    [`${name} null`, name, 'null'],
    [`${name} true`, name, 'true'],
    [`${name} as an array`, name, '["1"]'],
    [`${name} as a query`, name, '{"$ne":null}'],
    [`${name} as empty text`, name, '""'],
    [`${name} of 256 characters`, name, JSON.stringify('x'.repeat(256))],
    [`${name} of 5,000 characters`, name, JSON.stringify('x'.repeat(5000))],
  ]),
];

describe('times (R11)', () => {
  it.each(TIMES)('%s is refused', async (_name, member, json) => {
    await expectRefused(payload(claimsWith(member, json)));
  });

  it.each<Row>([
    ['iat 60 s ahead', 'iat', String(NOW + 60)],
    ['a fractional iat', 'iat', String(NOW - 0.5)],
    ['a fractional exp', 'exp', String(NOW + 0.5)],
    ['exp 4 s ago, within the leeway', 'exp', String(NOW - 4)],
    ['exp in exponential form', 'exp', `${(NOW + 300) / 100}e2`],
    ['nbf 60 s ahead', 'nbf', String(NOW + 60)],
    ['nbf 0', 'nbf', '0'],
  ])('%s is a near miss', async (_name, member, json) => {
    const old =
      member === 'exp' ? claimsWith('iat', String(NOW - 100)).replace(/"exp":\d+/, `"exp":${json}`) : '';
    await expectAccepted(payload(old === '' ? claimsWith(member, json) : old));
  });

  it('exp at the leeway and before is expired', async () => {
    for (const exp of [NOW - 5, NOW - 300]) {
      const text = JSON.stringify({ ...CLAIMS, iat: NOW - 1000, exp });
      await expectRefused(payload(text));
    }
  });

  it('a life of 24 h is accepted, and one second more is not', async () => {
    const life = (seconds: number) => payload(JSON.stringify({ ...CLAIMS, exp: NOW + seconds }));
    await expectAccepted(life(86_400));
    await expectRefused(life(86_401));
  });
});

describe('names (R14, R15, R16)', () => {
  it.each(NAMES)('%s is refused', async (_name, member, json) => {
    await expectRefused(payload(claimsWith(member, json)));
  });

  it.each<Row>([
    ['aud in a list', 'aud', JSON.stringify([AUDIENCE])],
    ['aud beside another', 'aud', JSON.stringify(['https://other.test', AUDIENCE])],
    ['sub of 255 characters', 'sub', JSON.stringify('x'.repeat(255))],
    ['sub beyond ASCII', 'sub', '"ü€😀"'],
  ])('%s is a near miss', async (_name, member, json) => {
    await expectAccepted(payload(claimsWith(member, json)));
  });

  it.each(['jti', 'sid'])('no %s is refused among our own', async (name) => {
    await expectRefused(payload(claimsWith(name, '')), OWN_PATHS);
    await expectAccepted(payload(claimsWith(name, '')), OTHER_PATHS);
  });
});

describe('the payload as JSON (R17)', () => {
  const good = JSON.stringify(CLAIMS);
  const before = (members: string): string => good.replace('{', `{${members},`);
  const behind = (members: string): string => good.replace(/\}$/, `,${members}}`);

  it.each<readonly [string, string | Uint8Array]>([
    ['an array (fast-jwt #638)', '[]'],
    ['an array of the claims (fast-jwt #638)', `[${good}]`],
    ['null', 'null'],
    ['text', JSON.stringify(good)],
    ['a number', '1'],
    ['true', 'true'],
    ['an empty object', '{}'],
    ['an empty text', '""'],
    ['spaces', '   '],
    ['a repeated sub', before('"sub":"admin"')],
    ['a repeated sub behind', behind('"sub":"admin"')],
    ['a repeated exp', behind('"exp":9999999999')],
    ['a repeated iss', before('"iss":"https://evil.test"')],
    ['a sub repeated by an escape', before('"\\u0073ub":"admin"')],
    ['a sub repeated by an escape in capitals', before('"\\u0073\\u0075b":"admin"')],
    ['a repeated member of the app', behind('"role":"user","role":"admin"')],
    ['a repeated member deep down', behind('"app":{"role":"user","role":"admin"}')],
    ['a repeated member in a list', behind('"app":[{"a":1,"a":2}]')],
    ['an empty name twice', behind('"":1,"":2')],
    ['__proto__', behind('"__proto__":{"admin":true}')],
    ['__proto__ null', behind('"__proto__":null')],
    ['__proto__ by an escape', behind('"__pr\\u006fto__":{"admin":true}')],
    ['__proto__ deep down', behind('"app":{"__proto__":{"admin":true}}')],
    ['__proto__ in a list', behind('"app":[{"__proto__":1}]')],
    ['a byte order mark', `\uFEFF${good}`],
    ['a byte order mark behind', `${good}\uFEFF`],
    ['text behind', `${good}x`],
    ['a NUL behind', `${good}\0`],
    ['a second object', good + good],
    ['a comment', `${good}/**/`],
    ['a trailing comma', good.replace(/\}$/, ',}')],
    ['single quotes', good.replaceAll('"', "'")],
    ['names without quotes', good.replaceAll(/"(\w+)":/g, '$1:')],
    ['a line feed in a text', good.replace('"1"', '"1\n"')],
    ['a tab in a text', good.replace('"1"', '"\t1"')],
    ['an escape that does not exist', good.replace('"1"', '"\\x31"')],
    ['UTF-16', Buffer.from(good, 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${good}`, 'utf16le')],
    ['UTF-32', Buffer.from([...good].flatMap((char) => [0, 0, 0, char.charCodeAt(0)]))],
    ['a byte that is no UTF-8', Buffer.from(good.replace('"1"', '"\xff"'), 'latin1')],
    ['an overlong NUL', Buffer.from(good.replace('"1"', '"\xc0\x80"'), 'latin1')],
    ['an overlong slash', Buffer.from(good.replace('"1"', '"\xc0\xaf"'), 'latin1')],
    ['a surrogate in UTF-8', Buffer.from(good.replace('"1"', '"\xed\xa0\x80"'), 'latin1')],
    ['a character cut off', Buffer.from(good.replace('"1"', '"\xe2\x82"'), 'latin1')],
    ['33 levels', behind(`"x":${'['.repeat(32)}${']'.repeat(32)}`)],
    ['2,500 levels of lists', behind(`"x":${'['.repeat(2500)}${']'.repeat(2500)}`)],
    ['800 levels of objects', behind(`"x":${'{"x":'.repeat(800)}1${'}'.repeat(800)}`)],
    ['lists that do not end', `{"x":${'['.repeat(5000)}`],
  ])('with %s is refused', async (_name, text) => {
    await expectRefused(payload(text));
  });

  it.each([
    ['32 levels', behind(`"x":${'['.repeat(31)}${']'.repeat(31)}`)],
    ['spaces everywhere', JSON.stringify(CLAIMS, null, 4)],
    ['one name at two places', behind('"app":{"sub":"x"}')],
    [
      'names of the prototype',
      behind('"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1'),
    ],
  ])('with %s is a near miss', async (_name, text) => {
    await expectAccepted(payload(text));
  });

  it('gives claims without a prototype, frozen, and leaves Object.prototype alone', async () => {
    for (const path of PATHS) {
      const text = behind('"constructor":{"prototype":{"polluted":1}},"app":{"list":[{"a":1}]}');
      const claims = await path.verify(payload(text)(path));
      const app = claims['app'] as { list: object[] };
      expect([Object.getPrototypeOf(app), Object.isFrozen(app)]).toEqual([null, true]);
      expect([Object.isFrozen(app.list), Object.isFrozen(app.list[0])]).toEqual([true, true]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });
});
