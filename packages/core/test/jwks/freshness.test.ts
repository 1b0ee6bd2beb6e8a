import { describe, expect, it } from 'vitest';
import { freshFor } from '../../src/jwks/freshness.ts';
import { clientOf, ecKey, K1, startIssuer } from './issuer.ts';

const BOUNDS = { minFreshMs: 60_000, maxFreshMs: 3_600_000 };

describe('how long an answer is fresh', () => {
  it.each([
    [{}, 600_000],
    [{ 'cache-control': 'max-age=300' }, 300_000],
    [{ 'cache-control': 'public, Max-Age=300, must-revalidate' }, 300_000],
    [{ 'cache-control': 'max-age="300"' }, 300_000],
    [{ 'cache-control': 'max-age=300', age: '100' }, 200_000],
    [{ 'cache-control': 'max-age=300', age: '1000' }, 60_000],
    [{ 'cache-control': 'max-age=300', age: 'x' }, 300_000],
    [{ 'cache-control': 's-maxage=300' }, 600_000],
    [{ 'cache-control': 'x-max-age=300' }, 600_000],
    [{ 'cache-control': 'max-age=-1' }, 600_000],
    [{ 'cache-control': 'max-age=abc' }, 600_000],
    [{ 'cache-control': 'max-age=0' }, 60_000],
    [{ 'cache-control': 'max-age=59' }, 60_000],
    [{ 'cache-control': 'no-store' }, 60_000],
    [{ 'cache-control': 'max-age=300, no-cache' }, 60_000],
    [{ 'cache-control': 'max-age=86400' }, 3_600_000],
    [{ 'cache-control': `max-age=${'9'.repeat(400)}` }, 3_600_000],
  ])('follows %j within its bounds', (headers, ms) => {
    expect(freshFor(new Headers(headers as Record<string, string>), BOUNDS)).toBe(ms);
  });

  it('is held within bounds when the answer says nothing', () => {
    expect(freshFor(new Headers(), { minFreshMs: 1_000, maxFreshMs: 5_000 })).toBe(5_000);
    expect(freshFor(new Headers(), { minFreshMs: 900_000, maxFreshMs: 900_000 })).toBe(900_000);
  });

  it('is what a client goes by', async () => {
    const issuer = await startIssuer();
    issuer.publish([ecKey('k1')], { 'cache-control': 'max-age=90' });
    const { client, clock, idle } = clientOf(issuer);
    await client.find(K1);
    clock.advance(89_999);
    void client.find(K1);
    await idle();
    expect(issuer.requests).toBe(1);
    clock.advance(1);
    void client.find(K1);
    await idle();
    expect(issuer.requests).toBe(2);
  });
});
