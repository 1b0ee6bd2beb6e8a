import type { JsonObject } from '../json.ts';
import { ALGORITHMS, type Algorithm } from '../keys/algorithms.ts';

/** The type and curve of the keys that an algorithm takes, in one word. */
export function keyTypeOf(alg: Algorithm): string {
  const family = ALGORITHMS[alg];
  switch (family.family) {
    case 'ec':
      return `EC ${family.curve}`;
    case 'okp':
      return `OKP ${family.curve}`;
    default:
      return family.family === 'rsa' ? 'RSA' : 'oct';
  }
}

/** The same of a published key; `undefined` when it does not say. */
export function jwkTypeOf({ kty, crv }: JsonObject): string | undefined {
  if (kty === 'RSA') return 'RSA';
  return typeof kty === 'string' && typeof crv === 'string' ? `${kty} ${crv}` : undefined;
}
