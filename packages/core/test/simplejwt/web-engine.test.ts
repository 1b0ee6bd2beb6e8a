/**
 * The same outside Node, where keys are imported, and signatures made and verified, asynchronously.
 */
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { describe, expect, it, vi } from 'vitest';
import { longSecret, pairs } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { SECRET } from '../support/tokens.ts';
import { django, djangoClaims, hs256, makeStoreless, rs256 } from './support.ts';

vi.mock('#engine', () => import('../../src/engine/jose.ts'));

describe('on WebCrypto', () => {
  const old = longSecret(3);
  const keys = [
    { alg: 'HS256', secret: SECRET },
    { alg: 'HS256', secret: old },
  ] as const;

  it('tokens are read and written while the keys are still being imported', async () => {
    const { auth } = makeStoreless({ keys });
    const [who, pair] = await Promise.all([auth.verify(django.access()), auth.issue({ subject: '42' })]);
    expect(who).toMatchObject({ subject: '42' });
    expect(await auth.verify(pair.access)).toMatchObject({ subject: '42' });
    await expect(auth.ready()).resolves.toBeUndefined();
  });

  it('every key of the algorithm is tried, and a forgery is refused', async () => {
    const { auth } = makeStoreless({ keys });
    expect(await auth.verify(hs256(djangoClaims('access'), { secret: old }))).toMatchObject({
      subject: '42',
    });
    const forged = hs256(djangoClaims('access'), { secret: longSecret(4) });
    expect(await refusalOf(() => auth.verify(forged))).toEqual(['token_not_valid', 401]);
  });

  it('a guard answers later', async () => {
    const outcome = makeStoreless().auth.guard()({
      method: 'GET',
      rawHeaders: ['Authorization', `Bearer ${django.access()}`],
    });
    expect(outcome).toBeInstanceOf(Promise);
    expect(await outcome).toMatchObject({ passed: true, auth: { subject: '42' } });
  });

  it('public keys alone are imported later too', async () => {
    const publicKey = pairs.rsa().publicKey.export({ type: 'spki', format: 'pem' });
    const { auth } = makeStoreless({ keys: { alg: 'RS256', publicKey } });
    expect(await auth.verify(rs256(djangoClaims('access')))).toMatchObject({ subject: '42' });
    await expect(auth.ready()).resolves.toBeUndefined();
    await expect(createSimpleJwtAuth({ keys: { alg: 'RS256', publicKey: 'none' } }).ready()).rejects.toThrow(
      TypeError,
    );
  });

  it('ready rejects for a key that may not be one', async () => {
    const privateKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    await expect(createSimpleJwtAuth({ keys: { alg: 'RS256', privateKey } }).ready()).rejects.toThrow(
      TypeError,
    );
  });
});
