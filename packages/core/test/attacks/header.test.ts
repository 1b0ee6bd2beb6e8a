// Attacks through the header (security.md §2.2). Every token is signed by the real key: only the header is wrong.
import { describe, expect, it } from 'vitest';
import { jwkOf, pairFor } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import {
  CLAIMS,
  expectAccepted,
  expectRefused,
  forge,
  headerOf,
  OTHER_PATHS,
  OWN_PATHS,
  type Path,
  segment,
} from './paths.ts';

type Change = (base: ReturnType<typeof headerOf>, path: Path) => unknown;

const evil = jwkOf(pairFor('ES256', 'b').publicKey);
const withMembers =
  (members: Record<string, unknown>): Change =>
  (base) => ({ ...base, ...members });
/** The members of a header as text, in front of or behind others. */
const text =
  (before: string, after = ''): Change =>
  (base) =>
    `{${before}${JSON.stringify(base).slice(1, -1)}${after}}`;

/** Refused whoever issued the token. */
const REFUSED: readonly (readonly [name: string, change: Change])[] = [
  ['jwk, a key of the attacker (CVE-2018-0114)', withMembers({ jwk: evil })],
  ['jwk with a secret', withMembers({ jwk: { kty: 'oct', k: encode(new Uint8Array(32)) } })],
  ['jwk null', withMembers({ jwk: null })],
  ['jku', withMembers({ jku: 'https://evil.test/jwks' })],
  ['x5u', withMembers({ x5u: 'https://evil.test/x5u' })],
  ['x5c', withMembers({ x5c: ['MIIB'] })],
  ['zip', withMembers({ zip: 'DEF' })],
  ['enc (a JWE header)', withMembers({ enc: 'A256GCM' })],
  [
    'crit with an unknown name (CVE-2026-35042, CVE-2025-59420, GHSA-752w-5fwx-jx9f)',
    withMembers({ crit: ['x'], x: 1 }),
  ],
  ['crit with a name that is not there', withMembers({ crit: ['x'] })],
  ['crit exp', withMembers({ crit: ['exp'], exp: CLAIMS.exp })],
  ['an empty crit', withMembers({ crit: [] })],
  ['crit as text', withMembers({ crit: 'b64' })],
  ['crit null', withMembers({ crit: null })],
  ['crit false', withMembers({ crit: false })],
  ['crit 0', withMembers({ crit: 0 })],
  ['crit as object', withMembers({ crit: {} })],
  ['crit of a number', withMembers({ crit: [1] })],
  ['crit with b64 true', withMembers({ crit: ['b64'], b64: true })],
  ['crit with b64 false (RFC 7797)', withMembers({ crit: ['b64'], b64: false })],
  ['crit twice', withMembers({ crit: ['b64', 'b64'], b64: true })],
  ['crit __proto__', withMembers({ crit: ['__proto__'] })],
  ['crit toString', withMembers({ crit: ['toString'] })],
  ['crit alg', withMembers({ crit: ['alg'] })],
  ['b64 false without crit', withMembers({ b64: false })],
  ['b64 true without crit', withMembers({ b64: true })],
  ['kid as a path', withMembers({ kid: '../../dev/null' })],
  ['kid as SQL', withMembers({ kid: "k1' OR '1'='1" })],
  ['kid as a command', withMembers({ kid: '|/usr/bin/id' })],
  ['kid as a URL', withMembers({ kid: 'https://evil.test/k1' })],
  ['kid with a NUL', withMembers({ kid: 'k1\0' })],
  ['kid in another case', withMembers({ kid: 'K1' })],
  ['kid with a space', withMembers({ kid: ' k1' })],
  ['kid as a number', withMembers({ kid: 1 })],
  ['kid as an array', withMembers({ kid: ['k1'] })],
  ['kid as an object', withMembers({ kid: { k1: true } })],
  ['kid null', withMembers({ kid: null })],
  ['kid true', withMembers({ kid: true })],
  ['an empty kid', withMembers({ kid: '' })],
  ['kid __proto__', withMembers({ kid: '__proto__' })],
  ['kid constructor', withMembers({ kid: 'constructor' })],
  ['kid toString', withMembers({ kid: 'toString' })],
  ['kid hasOwnProperty', withMembers({ kid: 'hasOwnProperty' })],
  ['a kid of 5 kB', withMembers({ kid: 'k'.repeat(5000) })],
  ['no typ', ({ alg, kid }) => ({ alg, kid })],
  ['typ JWT', withMembers({ typ: 'JWT' })],
  ['typ null', withMembers({ typ: null })],
  ['an empty typ', withMembers({ typ: '' })],
  ['typ as an array', withMembers({ typ: ['at+jwt'] })],
  ['typ as an object', withMembers({ typ: {} })],
  ['typ of a refresh token', withMembers({ typ: 'rt+jwt' })],
  ['typ of an ID token', withMembers({ typ: 'id+jwt' })],
  ['typ of a DPoP proof', withMembers({ typ: 'dpop+jwt' })],
  ['typ of a logout token', withMembers({ typ: 'logout+jwt' })],
  ['typ of a security event', withMembers({ typ: 'secevent+jwt' })],
  ['typ with a space', withMembers({ typ: 'at+jwt ' })],
  ['typ with a parameter', withMembers({ typ: 'at+jwt;x=1' })],
  ['typ application/ twice', withMembers({ typ: 'application/application/at+jwt' })],
  ['typ of another tree', withMembers({ typ: 'text/at+jwt' })],
  ['typ in fullwidth letters', withMembers({ typ: 'ａt+jwt' })],
  ['alg twice, none first', text('"alg":"none",')],
  ['alg twice, none last', text('', ',"alg":"none"')],
  ['alg twice, alike', (base) => text(`"alg":"${base.alg}",`)(base, {} as Path)],
  ['alg twice, once by an escape', text('"\\u0061lg":"none",')],
  ['kid twice', text('', ',"kid":"k1"')],
  ['typ twice', text('"typ":"JWT",')],
  ['an unknown member twice', text('"x":1,"x":2,')],
  ['a member twice deep down', text('"x":{"a":1,"a":2},')],
  ['__proto__', text('"__proto__":{"crit":[]},')],
  ['__proto__ by an escape', text('"\\u005f_proto__":{},')],
  ['a byte order mark', (base) => `\uFEFF${JSON.stringify(base)}`],
  ['text after it', (base) => `${JSON.stringify(base)}x`],
  ['a NUL after it', (base) => `${JSON.stringify(base)}\0`],
  ['a second header after it', (base) => JSON.stringify(base).repeat(2)],
  ['a comment', (base) => `${JSON.stringify(base)}//`],
  ['a trailing comma', text('', ',')],
  ['single quotes', (base) => JSON.stringify(base).replaceAll('"', "'")],
  ['an array', () => '[]'],
  ['an array around it', (base) => [base]],
  ['null', () => 'null'],
  ['text', () => '"HS256"'],
  ['a number', () => '1'],
  ['true', () => 'true'],
  ['an empty object', () => '{}'],
  ['no JSON', () => 'HS256'],
  ['nothing but spaces', () => '   '],
  ['bytes that are no UTF-8', (base) => Buffer.from(JSON.stringify(base).replace('k1', 'k\xff'), 'latin1')],
  ['UTF-16', (base) => Buffer.from(JSON.stringify(base), 'utf16le')],
  ['an overlong encoding', () => Buffer.from('{"alg":"\xc0\xc8S256"}', 'latin1')],
  ['40 levels of nesting', text(`"x":${'['.repeat(40)}${']'.repeat(40)},`)],
  ['2,500 levels of nesting', text(`"x":${'['.repeat(2500)}${']'.repeat(2500)},`)],
];

/** Another issuer may write these; our own headers have one spelling, so that a changed one is not ours. */
const OURS_ONLY: readonly (readonly [name: string, change: Change])[] = [
  ['an unknown member', withMembers({ x: 1 })],
  ['cty', withMembers({ cty: 'JWT' })],
  ['x5t', withMembers({ x5t: 'AAAA' })],
  ['x5t#S256', withMembers({ 'x5t#S256': 'AAAA' })],
  ['nonce', withMembers({ nonce: 'x' })],
  ['epk', withMembers({ epk: evil })],
  ['p2c of 2^31 (CVE-2022-36083, CVE-2023-52428)', withMembers({ p2c: 2 ** 31 - 1, p2s: 'AAAA' })],
  ['constructor', withMembers({ constructor: { prototype: { polluted: 1 } } })],
  ['no kid, where one key alone can be meant', ({ alg, typ }) => ({ alg, typ })],
  ['typ in upper case', withMembers({ typ: 'AT+JWT' })],
  ['typ with application/', withMembers({ typ: 'application/at+jwt' })],
  ['typ with Application/', withMembers({ typ: 'Application/AT+jwt' })],
  ['members in another order', ({ alg, kid, typ }) => ({ typ, kid, alg })],
  ['spaces', (base) => JSON.stringify(base, null, 2)],
  ['whitespace around it', (base) => `\n${JSON.stringify(base)}\t `],
  ['an escaped letter', (base) => JSON.stringify(base).replace('"k1"', '"\\u006b1"')],
];

const forged =
  (change: Change) =>
  (path: Path): string =>
    forge(path.alg, change(headerOf(path.alg), path));

it('has a near miss: the header as issued', async () => {
  await expectAccepted((path) => forge(path.alg));
});

it.each(REFUSED)('a header with %s is refused', async (_name, change) => {
  await expectRefused(forged(change));
});

describe.each(OURS_ONLY)('a header with %s', (_name, change) => {
  it('is refused among our own', async () => {
    await expectRefused(forged(change), OWN_PATHS);
  });

  it('is read from another issuer', async () => {
    await expectAccepted(forged(change), OTHER_PATHS);
  });
});

it('leaves Object.prototype alone', async () => {
  await expectAccepted(forged(withMembers({ constructor: { prototype: { polluted: 1 } } })), OTHER_PATHS);
  await expectRefused(forged(text('"__proto__":{"polluted":1},')));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('of an attacker with his own key inside is refused under that key too (CVE-2018-0114)', async () => {
  await expectRefused(() => forge('ES256', { ...headerOf('ES256'), jwk: evil }, CLAIMS, 'b'));
  await expectRefused(() => forge('ES256', { alg: 'ES256', typ: 'at+jwt', jwk: evil }, CLAIMS, 'b'));
});

it('names a prototype member as a whole segment: nothing is found', async () => {
  for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])
    await expectRefused(({ alg }) => {
      const [, payload, signature] = forge(alg).split('.');
      return `${name}.${payload}.${signature}`;
    });
});

it('is tied to the payload it was signed with: no header can be exchanged for that of another key', async () => {
  await expectRefused(({ alg }) => {
    const [, payload, signature] = forge(alg, { ...headerOf(alg), kid: 'k2' }).split('.');
    return `${segment(headerOf(alg))}.${payload}.${signature}`;
  });
});
