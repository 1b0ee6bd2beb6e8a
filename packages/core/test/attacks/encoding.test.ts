// Attacks on the text of a token (security.md §2.4), and on whatever is keyed by it (§0.2, §2.6).
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { pairFor } from '../support/keys.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { craft, encode } from '../support/tokens.ts';
import {
  assertShowsNothing,
  CLAIMS,
  expectAccepted,
  expectRefused,
  forge,
  headerOf,
  OTHER_PATHS,
  segment,
  signatureOf,
  twinOf,
} from './paths.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

type Alter = (token: string) => unknown;

const inSegment =
  (at: number, alter: (segment: string) => string): Alter =>
  (token) =>
    token
      .split('.')
      .map((part, index) => (index === at ? alter(part) : part))
      .join('.');

/** Same bytes after a lenient decoder: the bits that the last character has too many are set. */
function trailingBits(part: string): string {
  const over = part.length % 4;
  if (over === 0) return `${part}=`;
  const last = ALPHABET.indexOf(part.slice(-1));
  return part.slice(0, -1) + ALPHABET[last + 1];
}

const middle =
  (text: string) =>
  (part: string): string =>
    part.slice(0, 10) + text + part.slice(10);

/** Other texts of the same token, as lenient readers would see it, and texts that are no token at all. */
const ALTERED: readonly (readonly [name: string, alter: Alter])[] = [
  ['a space behind', (token) => `${token} `],
  ['a space before', (token) => ` ${token}`],
  ['a line feed behind', (token) => `${token}\n`],
  ['a carriage return and line feed behind', (token) => `${token}\r\n`],
  ['a tab behind', (token) => `${token}\t`],
  ['a form feed behind', (token) => `${token}\f`],
  ['a NUL behind', (token) => `${token}\0`],
  ['a no-break space behind', (token) => `${token}\u00A0`],
  ['a zero-width space behind', (token) => `${token}\u200B`],
  ['a byte order mark before', (token) => `\uFEFF${token}`],
  ['= behind', (token) => `${token}=`],
  ['== behind', (token) => `${token}==`],
  ['== behind the header', inSegment(0, (part) => `${part}==`)],
  ['= behind the payload', inSegment(1, (part) => `${part}=`)],
  ['trailing bits in the header', inSegment(0, trailingBits)],
  ['trailing bits in the payload', inSegment(1, trailingBits)],
  ['trailing bits in the signature', inSegment(2, trailingBits)],
  ['one character more in the signature', (token) => `${token}A`],
  ['four characters more in the signature', (token) => `${token}AAAA`],
  ['a space in the header', inSegment(0, middle(' '))],
  ['a space in the payload', inSegment(1, middle(' '))],
  ['a space in the signature', inSegment(2, middle(' '))],
  ['a line feed in the signature', inSegment(2, middle('\n'))],
  ['a line feed every 64 characters (MIME)', (token) => token.replaceAll(/.{64}/g, '$&\n')],
  ['a question mark in the payload (Wycheproof 373)', inSegment(1, middle('?'))],
  ['an exclamation mark in the signature', inSegment(2, middle('!'))],
  ['the alphabet of base64', (token) => `${token.replaceAll('-', '+').replaceAll('_', '/').slice(0, -1)}+`],
  ['fullwidth dots', (token) => token.replaceAll('.', '．')],
  ['ideographic dots', (token) => token.replaceAll('.', '。')],
  ['percent-encoded dots', (token) => token.replaceAll('.', '%2E')],
  ['a Cyrillic а', (token) => token.replace('e', 'е')],
  ['upper case', (token) => token.toUpperCase()],
  ['lower case', (token) => token.toLowerCase()],
  ['an empty part before', (token) => `.${token}`],
  ['an empty part behind', (token) => `${token}.`],
  ['a fourth part', (token) => `${token}.AAAA`],
  ['five parts, as a JWE', (token) => `${token}.AAAA.AAAA`],
  ['two parts', (token) => token.slice(0, token.lastIndexOf('.'))],
  ['the payload detached (RFC 7515 appendix F)', inSegment(1, () => '')],
  ['the header gone', inSegment(0, () => '')],
  ['the parts turned round', (token) => token.split('.').reverse().join('.')],
  ['the token twice', (token) => token + token],
  ['the token twice with a comma', (token) => `${token},${token}`],
  ['the scheme before it', (token) => `Bearer ${token}`],
  ['quotes', (token) => `"${token}"`],
  ['angle brackets', (token) => `<${token}>`],
  [
    'the JSON serialization',
    (token) => {
      const [header, payload, signature] = token.split('.');
      return JSON.stringify({ protected: header, payload, signature });
    },
  ],
  [
    'the general JSON serialization',
    (token) => {
      const [header, payload, signature] = token.split('.');
      return JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
    },
  ],
  ['base64 of the whole', (token) => encode(token)],
];

describe('a token altered in its text', () => {
  it.each(ALTERED)('by %s is refused', async (_name, alter) => {
    await expectRefused(({ alg }) => alter(forge(alg)));
  });

  it.each([
    ['nothing at all', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['three dots', '...'],
    ['null as text', 'null'],
    ['undefined as text', 'undefined'],
    ['[object Object]', '[object Object]'],
    ['one character', 'A'],
    ['three characters', 'A.A.A'],
    ['four empty objects', 'e30.e30.e30.e30'],
  ])('%s is refused', async (_name, text) => {
    await expectRefused(() => text);
  });

  it('with whitespace that is signed over is refused (security.md §0.1)', async () => {
    for (const space of [' ', '\n', '\t', '\r', '\f']) {
      await expectRefused(({ alg }) => {
        const input = `${segment(headerOf(alg))}.${middle(space)(segment(CLAIMS))}`;
        return `${input}.${encode(signatureOf(alg, input))}`;
      });
    }
  });

  it('with padding or trailing bits that are signed over is refused', async () => {
    for (const alter of [(part: string) => `${part}=`, trailingBits]) {
      await expectRefused(({ alg }) => {
        const input = `${segment(headerOf(alg))}.${alter(segment(CLAIMS))}`;
        return `${input}.${encode(signatureOf(alg, input))}`;
      });
    }
  });
});

describe('a token that is no text', () => {
  const token = forge('HS256');
  const VALUES: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['true', true],
    ['a symbol', Symbol(token)],
    ['a String object', new String(token)],
    ['an array of it', [token]],
    ['an object with toString', { toString: () => token, length: 1, split: () => token.split('.') }],
    ['its bytes', new TextEncoder().encode(token)],
    ['a Buffer', Buffer.from(token)],
    ['a function', () => token],
  ];

  it.each(VALUES)('%s is refused by a verifier, a refresh, a logout and a message', async (_name, value) => {
    const { auth } = makeAuth();
    const message = auth.kind('note', { ttl: '5m' });
    const text = value as string;
    for (const call of [() => auth.refresh(text), () => auth.logout(text), () => message.verify(text)])
      expect((await failureOf(call)).status).toBe(401);
    for (const path of OTHER_PATHS) expect((await failureOf(() => path.verify(value))).status).toBe(401);
  });

  it('is refused in the body of a request', async () => {
    const { auth } = makeAuth();
    for (const value of [null, 7, true, [token], { 0: token }, '']) {
      for (const path of ['/refresh', '/logout', '/verify']) {
        const answer = plain(await auth.handle(jsonRequest(path, { refresh: value, token: value })));
        expect([path, value, Number(answer?.status) >= 400 && Number(answer?.status) < 500]).toEqual([
          path,
          value,
          true,
        ]);
      }
    }
  });
});

describe('a revoked token', () => {
  const sameKey = { alg: 'ES256', privateKey: pairFor('ES256').privateKey, kid: 'k1' } as const;
  const forms: readonly (readonly [string, Alter])[] = [
    ['as it is', (token) => token],
    ['as its ECDSA twin (r, n − s)', twinOf],
    ...ALTERED.slice(0, 30),
  ];

  it.each(forms)('stays refused %s, when its session has ended', async (_name, alter) => {
    const made = makeAuth({ keys: sameKey });
    const { access, ref } = await logIn(made);
    const guard = made.auth.guard();
    const ask = async (token: unknown) =>
      guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });
    expect((await ask(access)).passed).toBe(true);
    await made.auth.sessions.revoke(ref);
    const outcome = await ask(alter(access));
    expect(outcome.passed).toBe(false);
    if (!outcome.passed) assertShowsNothing(outcome.error, access);
  });

  it.each(forms)('stays refused %s, when its id is revoked', async (_name, alter) => {
    const made = makeAuth({ keys: sameKey, authenticateClient: () => true });
    const { access } = await logIn(made);
    const answer = plain(await made.auth.handle(jsonRequest('/revoke', { token: access })));
    expect(answer?.status).toBe(200);
    const outcome = await made.auth.guard()({
      method: 'GET',
      rawHeaders: ['Authorization', `Bearer ${alter(access)}`],
    });
    expect(outcome.passed).toBe(false);
  });

  it.each(forms)('cannot be refreshed %s, past the grace', async (_name, alter) => {
    const made = makeAuth({ keys: sameKey });
    const { refresh } = await logIn(made);
    await made.auth.refresh(refresh);
    made.clock.advance(5 * MINUTE);
    const { status } = await failureOf(() => made.auth.refresh(alter(refresh) as string));
    expect(status).toBe(401);
  });

  it('of one use cannot be used again as its twin', async () => {
    const made = makeAuth({ keys: sameKey });
    const invite = made.auth.kind('invite', { ttl: '1h', singleUse: true });
    const token = await invite.issue({ subject: '1' });
    expect((await invite.verify(token)).subject).toBe('1');
    expect((await failureOf(() => invite.verify(twinOf(token)))).code).toBe('token_revoked');
    expect((await failureOf(() => invite.peek(twinOf(token)))).code).toBe('token_revoked');
  });
});

describe('an Authorization header (GHSA-xmf8-cvqr-rfgj: never an error of another kind)', () => {
  const guard = makeAuth({ revocation: 'none' }).auth.guard();
  const token = craft({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }, CLAIMS);
  const ask = async (...values: string[]) => {
    const outcome = await guard({
      method: 'GET',
      rawHeaders: values.flatMap((value) => ['Authorization', value]),
    });
    return outcome.passed ? 'passed' : outcome.error.status;
  };

  it.each([
    ['bearer in any case', [`bEARER ${token}`], 'passed'],
    ['two headers', [`Bearer ${token}`, `Bearer ${token}`], 400],
    ['a good one before an empty one', [`Bearer ${token}`, ''], 400],
    ['two spaces', [`Bearer  ${token}`], 400],
    ['a tab', [`Bearer\t${token}`], 400],
    ['two parts', [`Bearer ${token} ${token}`], 400],
    ['no token', ['Bearer'], 400],
    ['no token behind the space', ['Bearer '], 400],
    ['a comma', [`Bearer ${token}, Bearer ${token}`], 400],
    ['no space', [`Bearer${token}`], 401],
    ['a colon', [`Bearer:${token}`], 401],
    ['the token alone', [token], 401],
    ['another scheme before it (hono 5463db27)', [`Basic ${token}`], 401],
    ['a scheme that does not exist', [`JWT ${token}`], 401],
    ['an empty value', [''], 401],
    ['latin-1 bytes', [`Bearer ${token}\u00fc`], 401],
    ['undefined as text', ['Bearer undefined'], 401],
    ['a percent sign', ['Bearer %'], 401],
  ])('with %s', async (_name, values, expected) => {
    expect(await ask(...values)).toBe(expected);
  });
});

it('has near misses: the forms that every alteration starts from are accepted', async () => {
  await expectAccepted(({ alg }) => forge(alg));
});
