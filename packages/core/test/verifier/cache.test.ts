import type { JsonObject } from '@tokenpair/core';
import { createVerifier, type IssuerOptions } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { createClock, SECOND, T0 } from '../support/clock.ts';
import { bearer, type IssuerKey, issuerKey, servedAt, short, signToken, startKeyHost } from './support.ts';

const NOW = T0 / 1000;
const CLAIMS: JsonObject = {
  iss: 'https://a.test',
  aud: 'https://api.test',
  sub: '1',
  iat: NOW,
  exp: NOW + 3_600,
};
const ISSUER: IssuerOptions = {
  issuer: 'https://a.test',
  audience: 'https://api.test',
  algorithms: ['ES256'],
};

function tokenOf(key: IssuerKey, claims: JsonObject = CLAIMS): string {
  return signToken({ alg: key.alg, typ: 'at+jwt', kid: key.kid }, claims, key);
}

async function start(more: Partial<IssuerOptions> = {}) {
  const host = await startKeyHost();
  const keys = [issuerKey('ES256', 'a'), issuerKey('ES256', 'b')] as const;
  host.publish('/a', { maxAge: 60, keys: keys.map(({ jwk }) => jwk) });
  const clock = createClock();
  const verifier = createVerifier({ issuers: [servedAt(host.urlOf('/a'), { ...ISSUER, ...more })], clock });
  const guard = verifier.guard();
  const tokens = keys.map((key) => tokenOf(key)) as [string, string];
  const whoOf = async (token: string) => {
    const outcome = await guard(bearer(token));
    return outcome.passed ? outcome.auth : undefined;
  };
  return { host, keys, clock, verifier, guard, tokens, whoOf };
}

describe('a token of another issuer that was verified lately', () => {
  it('is known again, without a promise', async () => {
    const { guard, tokens, whoOf } = await start();
    const who = await whoOf(tokens[0]);
    const outcome = guard(bearer(tokens[0]));
    expect(outcome).toMatchObject({ passed: true });
    expect((outcome as { auth?: unknown }).auth).toBe(who);
  });

  it('is refused when its key is gone from the set, and one of another key stays', async () => {
    const { clock, guard, host, keys, tokens, verifier, whoOf } = await start();
    const kept = await whoOf(tokens[1]);
    await whoOf(tokens[0]);
    host.publish('/a', { maxAge: 60, keys: [keys[1].jwk] });
    clock.advance(61 * SECOND);
    // Stale: known tokens are taken meanwhile, and it is their asking that fetches the set anew.
    expect(await whoOf(tokens[0])).toBeDefined();
    await expect.poll(() => host.fetches('/a')).toBe(2);
    await expect.poll(async () => short(await guard(bearer(tokens[0])))).toEqual(['token_not_valid', 401]);
    expect(await whoOf(tokens[1])).not.toBe(undefined);
    expect(await whoOf(tokens[1])).toMatchObject({ subject: kept?.subject });
    await verifier.close();
  });

  it('is refused when the keys can be had no longer', async () => {
    const { clock, guard, host, tokens, whoOf } = await start();
    await whoOf(tokens[0]);
    host.publish('/a', { status: 500 });
    clock.advance(40 * 24 * 3_600 * SECOND);
    expect(short(await guard(bearer(tokens[0])))).toEqual(['keys_unavailable', 503]);
  });

  it('is looked at by validateClaims each time', async () => {
    let isGood = true;
    const { guard, tokens } = await start({ validateClaims: () => isGood });
    expect(short(await guard(bearer(tokens[0])))).toBe('1');
    isGood = false;
    expect(short(await guard(bearer(tokens[0])))).toEqual(['token_not_valid', 401]);
  });

  it('of one issuer vouches for nothing at another', async () => {
    const host = await startKeyHost();
    const key = issuerKey('ES256', 'a');
    host.publish('/a', { keys: [key.jwk] });
    host.publish('/b', { keys: [] });
    const verifier = createVerifier({
      issuers: [
        servedAt(host.urlOf('/a'), ISSUER),
        servedAt(host.urlOf('/b'), { ...ISSUER, issuer: 'https://b.test' }),
      ],
      clock: createClock(),
    });
    const guard = verifier.guard();
    expect(short(await guard(bearer(tokenOf(key))))).toBe('1');
    expect(short(await guard(bearer(tokenOf(key, { ...CLAIMS, iss: 'https://b.test' }))))).toEqual([
      'token_not_valid',
      401,
    ]);
  });

  it('takes cache: false, and refuses what is none', async () => {
    const keys = { alg: 'ES256', publicKey: issuerKey('ES256', 'a').jwk, kid: 'a' } as never;
    const issuers = [{ issuer: 'https://a.test', audience: 'https://api.test', keys }];
    const verifier = createVerifier({ issuers, cache: false, clock: createClock() });
    const token = tokenOf(issuerKey('ES256', 'a'));
    expect(await verifier.verify(token)).not.toBe(await verifier.verify(token));
    expect(() => createVerifier({ issuers, cache: { entries: 0 } })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
    );
  });
});
