// A ring whose keys are imported later, as on WebCrypto.
import { describe, expect, it, vi } from 'vitest';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { localKeys } from '../../src/verifier/key-source.ts';
import { jwkOf, keyFor, pairFor, pairs } from '../support/keys.ts';

vi.mock('#engine', () => import('../../src/engine/jose.ts'));

const kids = (ring: ReturnType<typeof createKeyRing>) => ring.list().map(({ kid }) => kid);
const portable = (kid: string, name = 'a') =>
  ({ alg: 'ES256', privateKey: jwkOf(pairFor('ES256', name).privateKey), kid }) as const;

describe('a ring', () => {
  it('is without keys until it is ready, tells its listeners then, and is ready for good', async () => {
    const ring = createKeyRing([keyFor('HS256', 'a', 'a'), portable('e')], 'keys');
    const listener = vi.fn();
    ring.onChange(listener);
    expect([kids(ring), listener.mock.calls.length]).toEqual([[], 0]);
    expect(ring.ready).toBeInstanceOf(Promise);
    await ring.ready;
    expect([kids(ring), listener.mock.calls.length, ring.ready]).toEqual([['a', 'e'], 1, undefined]);
  });

  it('publishes behind the keys that are still on their way', async () => {
    const ring = createKeyRing([keyFor('HS256', 'a', 'a')], 'keys');
    expect(await ring.publish(keyFor('HS256', 'b', 'b'))).toBe('b');
    expect(kids(ring)).toEqual(['a', 'b']);
  });

  it('rejects for good when a key may not be one', async () => {
    const ring = createKeyRing([{ alg: 'HS256', secret: 'short' }], 'keys');
    await expect(ring.ready).rejects.toThrow(TypeError);
    await expect(ring.ready).rejects.toThrow(TypeError);
    expect(kids(ring)).toEqual([]);
  });

  it('waits for the ring beside it before it judges', async () => {
    const access = createKeyRing([portable('k')], 'keys');
    const refresh = createKeyRing([portable('k', 'b')], 'refresh.keys', access);
    await access.ready;
    await expect(refresh.ready).rejects.toThrow(TypeError);
  });

  it('refuses a private key whose public half is of another', async () => {
    const { n, e } = jwkOf(pairs.rsa(2048, 'b').publicKey);
    const { x, y } = jwkOf(pairs.ec('P-256', 'b').publicKey);
    for (const key of [
      { alg: 'RS256', privateKey: { ...jwkOf(pairs.rsa().privateKey), n, e } },
      { alg: 'ES256', privateKey: { ...jwkOf(pairs.ec('P-256').privateKey), x, y } },
    ] as const)
      await expect(createKeyRing([key as never], 'keys').ready).rejects.toThrow(TypeError);
  });
});

describe('the keys of another issuer', () => {
  it('that may not be keys are no unhandled rejection: whoever asks for one meets it', async () => {
    const bad = { alg: 'HS256', secret: 'short' } as const;
    const source = localKeys(bad, 'keys');
    // By then the first one has been refused for a while, and nobody has asked.
    await expect(createKeyRing([bad], 'keys').ready).rejects.toThrow(TypeError);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(source.find({ kid: undefined, alg: 'HS256' })).rejects.toThrow(TypeError);
  });
});
