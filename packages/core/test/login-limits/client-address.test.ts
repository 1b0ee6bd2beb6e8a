import { clientAddress } from '@tokenpair/core/login-limits';
import { describe, expect, it } from 'vitest';

const PEER = '10.0.0.1';

/** By one header line for each value. */
const behind = (hops: number, ...values: readonly string[]): string | undefined =>
  clientAddress({ hops })(
    values.flatMap((value) => ['X-Forwarded-For', value]),
    PEER,
  );

describe('clientAddress', () => {
  it('believes nobody without a proxy', () => {
    expect(behind(0, '203.0.113.7')).toBe(PEER);
  });

  it('takes what the proxy wrote and not what stands left of it', () => {
    expect(behind(1, '203.0.113.7')).toBe('203.0.113.7');
    expect(behind(1, '198.51.100.1, 127.0.0.1,203.0.113.7')).toBe('203.0.113.7');
    expect(behind(2, '198.51.100.1, 203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
  });

  it('counts over the lines of a repeated header, whatever its case', () => {
    expect(behind(1, '198.51.100.1', '203.0.113.7')).toBe('203.0.113.7');
    expect(behind(2, '198.51.100.1', '203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
    expect(clientAddress({ hops: 1 })(['x-FORWARDED-for', '203.0.113.7'], PEER)).toBe('203.0.113.7');
  });

  it('reads Headers too, which join the lines', () => {
    const headers = new Headers([
      ['X-Forwarded-For', '198.51.100.1'],
      ['X-Forwarded-For', '203.0.113.7'],
    ]);
    const addressOf = clientAddress({ hops: 1 });
    expect(addressOf(headers, PEER)).toBe('203.0.113.7');
    expect(addressOf(new Headers(), PEER)).toBe(PEER);
  });

  it('takes the leftmost of too few entries, and the peer when there is none', () => {
    expect(behind(3, '203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
    expect(behind(1)).toBe(PEER);
    expect(clientAddress({ hops: 1 })([], undefined)).toBeUndefined();
  });

  it.each([
    ['203.0.113.7:443', '203.0.113.7'],
    ['[2001:db8::7]:443', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['fe80::7%eth0', 'fe80::7'],
    ['[fe80::7%25eth0]:80', 'fe80::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['\t203.0.113.7 ', '203.0.113.7'],
    ['::1', '::1'],
  ])('reads %j as %s', (entry, address) => {
    expect(behind(1, `198.51.100.1, ${entry}`)).toBe(address);
    expect(clientAddress({ hops: 0 })([], entry.trim())).toBe(address);
  });

  it.each([
    'unknown',
    '_hidden',
    '',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '0xcb.0.113.7',
    '3405803783',
    '203.0.113.7.1',
    '203.0.113.7:443:1',
    '2001:db8::7::1',
    '2001:db8:1:2:3:4:5:6:7',
    '[2001:db8::7',
    '12345::',
    '::ffff:203.0.113.256',
    '[203.0.113.7/]',
    '203.0.113.7 10.0.0.1',
    'example.com',
    '::1]/@[::2',
    `${'9'.repeat(10_000)}.1.1.1`,
  ])('knows no address in %j, and does not turn to its neighbours', (entry) => {
    expect(behind(1, `198.51.100.1, ${entry}`)).toBeUndefined();
    expect(behind(2, `198.51.100.1, ${entry}, 10.0.0.2`)).toBeUndefined();
  });

  it('reads another header where the proxy writes one', () => {
    const addressOf = clientAddress({ hops: 1, header: 'CF-Connecting-IP' });
    const lines = ['X-Forwarded-For', '198.51.100.1', 'cf-connecting-ip', '203.0.113.7'];
    expect(addressOf(lines, PEER)).toBe('203.0.113.7');
  });

  it.each([
    [{}, 'ERR_INVALID_ARG_TYPE'],
    [{ hops: true }, 'ERR_INVALID_ARG_TYPE'],
    [{ hops: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ hops: 1.5 }, 'ERR_INVALID_ARG_VALUE'],
    [{ hops: 17 }, 'ERR_INVALID_ARG_VALUE'],
    [{ hops: 1, header: 'Forwarded' }, 'ERR_INVALID_ARG_VALUE'],
    [{ hops: 1, header: 'x forwarded' }, 'ERR_INVALID_ARG_VALUE'],
    [{ hops: 1, trust: true }, 'ERR_INVALID_ARG_VALUE'],
  ])('refuses %j', (options, code) => {
    expect(() => clientAddress(options as never)).toThrow(expect.objectContaining({ code }));
  });
});
