import type { Jwk } from '../engine/port.ts';
import type { KeyRing } from './key-ring.ts';

/** A JSON Web Key Set (RFC 7517 §5). */
export interface Jwks {
  readonly keys: readonly Jwk[];
}

/** The public members of the asymmetric keys, fit to be published; empty for a service that signs with a secret. */
export function toJwks(ring: KeyRing): Jwks {
  const published = new Map<string, Jwk>();
  for (const { alg, kid, publicJwk } of ring.keys) {
    if (publicJwk !== undefined) published.set(kid, { ...publicMembers(publicJwk), kid, alg, use: 'sig' });
  }
  return { keys: [...published.values()] };
}

/** By allow-list, so that no private member can leave whatever an engine exports. */
function publicMembers({ kty, n, e, crv, x, y }: Jwk): Jwk {
  if (kty === 'RSA') return { kty, n, e };
  return kty === 'EC' ? { kty, crv, x, y } : { kty: 'OKP', crv, x };
}
