import { describe, expect, it } from 'vitest';
import { createJwksClient } from '../../src/jwks/jwks-client.ts';
import type { JwksSnapshot } from '../../src/jwks/snapshot.ts';
import { MINUTE, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { clientOf, ecKey, type Issuer, K1, startIssuer, unknownKid } from './issuer.ts';

const FRESH = 10 * MINUTE;
const HOUR = 60 * MINUTE;

async function snapshotOf(issuer: Issuer): Promise<JwksSnapshot> {
  const { client } = clientOf(issuer);
  await client.refresh();
  return client.snapshot() as JwksSnapshot;
}

describe('a snapshot', () => {
  it('is plain JSON of public members', async () => {
    const issuer = await startIssuer([
      ecKey('k1', 'a', { x5c: ['AAAA'] }),
      ecKey(undefined, 'b'),
      { kty: 'X', kid: 'x' },
    ]);
    const { x, y } = ecKey('k1');
    const { x: x2, y: y2 } = ecKey(undefined, 'b');
    const rest = { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' };
    expect(JSON.parse(JSON.stringify(await snapshotOf(issuer)))).toEqual({
      url: issuer.url,
      fetchedAt: T0,
      freshUntil: T0 + FRESH,
      jwks: {
        keys: [
          { ...rest, kid: 'k1', x, y },
          { ...rest, x: x2, y: y2 },
        ],
      },
    });
  });

  it('is undefined before the first set', async () => {
    expect(clientOf(await startIssuer()).client.snapshot()).toBeUndefined();
  });

  it('starts a client without a fetch, by way of JSON', async () => {
    const issuer = await startIssuer([ecKey('k1'), ecKey(undefined, 'b')]);
    const snapshot = await snapshotOf(issuer);
    issuer.requests = 0;
    const { client, clock } = clientOf(issuer, { snapshot: JSON.parse(JSON.stringify(snapshot)) });
    expect(client.find(K1)).toMatchObject({ kid: 'k1', alg: 'ES256' });
    expect(client.version).toBe(1);
    clock.advance(FRESH - 1);
    expect(client.find(K1)).toBeDefined();
    expect(client.find({ kid: undefined, alg: 'ES256' })).toBeUndefined();
    expect(issuer.requests).toBe(0);
    expect(client.snapshot()).toEqual(snapshot);
  });

  it('keeps its age: stale it is used and fetched anew, dead it is not used', async () => {
    const issuer = await startIssuer();
    const snapshot = await snapshotOf(issuer);
    issuer.fail();
    const at = (now: number) => clientOf(issuer, { snapshot, clock: () => now });
    const stale = at(T0 + FRESH);
    expect(stale.client.find(K1)).toBeDefined();
    await stale.idle();
    expect(stale.seen.fetches).toBe(1);
    expect(await refusalOf(() => at(T0 + FRESH + HOUR).client.find(K1))).toEqual(['keys_unavailable', 503]);
  });

  it('is not fresh for longer than the client allows, whatever it says', async () => {
    const issuer = await startIssuer();
    const snapshot = { ...(await snapshotOf(issuer)), freshUntil: T0 + 1_000 * HOUR };
    const { client, seen, idle } = clientOf(issuer, { snapshot, clock: () => T0 + HOUR });
    expect(client.find(K1)).toBeDefined();
    await idle();
    expect(seen.fetches).toBe(1);
  });

  it('of the future is used, but not as fresh', async () => {
    const issuer = await startIssuer();
    const snapshot = {
      ...(await snapshotOf(issuer)),
      fetchedAt: T0 + 1_000 * HOUR,
      freshUntil: T0 + 1_001 * HOUR,
    };
    issuer.fail();
    const { client, clock, seen, idle } = clientOf(issuer, { snapshot });
    expect(client.find(K1)).toBeDefined();
    await idle();
    expect(seen.fetches).toBe(1);
    clock.advance(HOUR);
    expect(await refusalOf(() => client.find(K1))).toEqual(['keys_unavailable', 503]);
  });

  it('gives an unknown kid its fetch', async () => {
    const issuer = await startIssuer();
    const snapshot = await snapshotOf(issuer);
    issuer.publish([ecKey('k1'), ecKey('unknown-1', 'b')]);
    expect(await clientOf(issuer, { snapshot }).client.find(unknownKid(1))).toMatchObject({
      kid: 'unknown-1',
    });
  });

  const url = 'https://issuer.test/jwks';
  const good = { url, fetchedAt: T0, freshUntil: T0 + FRESH, jwks: { keys: [ecKey('k1')] } };

  it.each<[string, unknown]>([
    ['null', null],
    ['text', JSON.stringify(good)],
    ['of another issuer', { ...good, url: 'https://other.test/jwks' }],
    ['without a time', { ...good, fetchedAt: undefined }],
    ['with an endless time', { ...good, freshUntil: Number.POSITIVE_INFINITY }],
    ['with an unknown member', { ...good, etag: 'x' }],
    ['without keys', { ...good, jwks: undefined }],
    ['with a private key', { ...good, jwks: { keys: [ecKey('k1', 'a', { d: 'AAAA' })] } }],
    ['with a repeated kid', { ...good, jwks: { keys: [ecKey('k1'), ecKey('k1', 'b')] } }],
    ['with a key that is none', { ...good, jwks: { keys: [ecKey('k1', 'a', { y: 'AAAA' })] } }],
  ])('is refused when it is %s', (_, snapshot) => {
    const make = (given: unknown) =>
      createJwksClient({ url, algorithms: ['ES256'], snapshot: given as JwksSnapshot });
    expect(() => make(good)).not.toThrow();
    expect(() => make(snapshot)).toThrow(TypeError);
    expect(() => make(snapshot)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });
});
