import { describe, expect, it } from 'vitest';
import { json, NOW, run, start } from './support.ts';

const SECONDS = NOW / 1_000;

function tokenOf(
  payload: unknown,
  header: unknown = { alg: 'HS256', typ: 'at+jwt' },
  signature = 'c2ln',
): string {
  const segments = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...segments, signature].join('.');
}

const GOOD = tokenOf({ sub: '7', iat: SECONDS, exp: SECONDS + 299, scope: 'read' });

describe('decode', () => {
  it('says first that nothing is verified, and shows the times in words', async () => {
    const { code, stdout } = await run(['decode', GOOD]);
    const lines = stdout.split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^NOT VERIFIED: /);
    expect(stdout).toContain('exp    1800000299  2027-01-15T08:04:59Z, in 4 minutes 59 seconds');
    expect(stdout).toContain('iat    1800000000  2027-01-15T08:00:00Z, now');
    expect(stdout).toContain('typ  "at+jwt"  an access token (RFC 9068)');
    expect(lines.slice(1).join('\n')).not.toMatch(/valid|genuine|verified/i);
  });

  it('reads a token from standard input', async () => {
    const { code, stdout, stderr } = await start(['decode', '-', '--json'], { stdin: `${GOOD}\n` });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ verified: false, payload: { sub: '7' } });
  });

  it('never says that a signature is good, whatever the signature', async () => {
    for (const signature of ['c2ln', 'AAAA', '']) {
      const { data } = await json(['decode', tokenOf({ sub: '1', exp: SECONDS }, undefined, signature)]);
      expect(data['verified']).toBe(false);
      expect(JSON.stringify(data)).not.toContain('signature is');
    }
  });

  it('does not print the token or its signature', async () => {
    const { stdout } = await run(['decode', GOOD]);
    for (const part of GOOD.split('.')) expect(stdout).not.toContain(part);
  });

  it.each([
    ['an unsigned token', tokenOf({ exp: SECONDS + 1 }, { alg: 'none' }, ''), 'not signed'],
    ['a token without exp', tokenOf({ sub: '1' }), 'no exp'],
    ['a token that is over', tokenOf({ exp: SECONDS }), 'expired'],
    ['a token of later', tokenOf({ exp: SECONDS + 9, nbf: SECONDS + 5 }), 'not good yet'],
  ])('remarks on %s', async (_title, token, words) => {
    const { data } = await json<{ remarks: string[] }>(['decode', token]);
    expect(data.remarks).toHaveLength(1);
    expect(data.remarks[0]).toContain(words);
  });

  it('shows claims that would act on the terminal, or run backwards, as escapes', async () => {
    const { stdout } = await run(['decode', tokenOf({ exp: 1, 'a\u001b[2J': 'b\u009b31m\u202ec\nd' })]);
    for (const unseen of ['\u001b', '\u009b', '\u202e']) expect(stdout).not.toContain(unseen);
    expect(stdout).toContain('a\\u001b[2J');
    expect(stdout).toContain('\\u202ec\\nd');
    const { data } = await json<{ payload: object }>([
      'decode',
      tokenOf({ 'a\u001b[2J': '\u{1f600}\u202e' }),
    ]);
    expect(data.payload).toEqual({ 'a\u001b[2J': '\u{1f600}\u202e' });
  });

  it('takes times that are none for what they are', async () => {
    const { code, stdout } = await run(['decode', tokenOf({ exp: 'soon', iat: 1e300, nbf: null })]);
    expect(code).toBe(0);
    expect(stdout.match(/no time/g)).toHaveLength(3);
  });

  it.each([
    ['nothing', '-', 'no_token'],
    ['one word', 'abc', 'no_jwt'],
    ['an encrypted token', 'a.b.c.d.e', 'no_jwt'],
    ['a list as its header', tokenOf({}, []), 'no_jwt'],
    ['a payload that is no JSON', 'e30.YWJj.c2ln', 'no_jwt'],
    [
      'a payload that is no UTF-8',
      `e30.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.c2ln`,
      'no_jwt',
    ],
    ['more than 64 kB', 'e'.repeat(70_000), 'no_token'],
  ])('refuses %s', async (_title, token, code) => {
    const { code: exit, data } = await json(['decode', token]);
    expect([exit, data]).toMatchObject([1, { error: { code } }]);
  });
});
