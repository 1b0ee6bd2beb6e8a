// What a key costs and what it is bound to once it is taken.
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { importPublic, importSecret } from '../../src/engine/node.ts';
import { jwkOf, pairFor, pairs } from '../support/keys.ts';
import { fastest } from '../support/random.ts';
import { encode, SECRET } from '../support/tokens.ts';
import { expectNoKey } from './doors.ts';

const ec = pairs.ec('P-256');
const ecPublic = jwkOf(ec.publicKey);

describe('what an app does with its bytes afterwards', () => {
  it('does not change the key', () => {
    const secret = Uint8Array.from(SECRET);
    const key = importSecret('HS256', secret);
    const tag = String(key.sign?.('a.b'));
    secret.fill(0);
    expect([key.sign?.('a.b'), key.verify('a.b', tag)]).toEqual([tag, true]);
  });

  it('does not change the keys derived from it later: a wiped secret would give MACs that anybody can make', async () => {
    const secret = Uint8Array.from(SECRET);
    const key = importSecret('HS256', secret);
    const before = await key.deriveMac?.('csrf')('text');
    secret.fill(0);
    expect(await key.deriveMac?.('csrf')('text')).toBe(before);
  });

  it('does not change a JWK', () => {
    const jwk: Record<string, unknown> = { ...jwkOf(ec.publicKey) };
    const key = importPublic('ES256', jwk);
    const print = key.fingerprint;
    jwk['x'] = jwkOf(pairFor('ES256', 'b').publicKey)['x'];
    expect(key.fingerprint).toBe(print);
    expect(key.publicJwk?.['x']).toBe(ecPublic['x']);
  });
});

describe('the cost of a key', () => {
  it('an RSA exponent as long as the modulus is refused: each forged token would cost milliseconds', () => {
    // The largest modulus for which OpenSSL takes an exponent of any length.
    const slow = { kty: 'RSA', n: encode(Buffer.alloc(384, 0xff)), e: encode(Buffer.alloc(380, 0xff)) };
    const key = createPublicKey({ key: slow, format: 'jwk' });
    const cost = fastest(() => verify('sha256', Buffer.from('a.b'), key, Buffer.alloc(384, 1)), 3);
    expect(cost).toBeGreaterThan(0.5);
    expectNoKey({ alg: 'RS256', publicKey: slow });
  });
});
