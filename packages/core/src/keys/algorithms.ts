/** What is known of an algorithm: the family of its key, and what makes a key fit. */
export type AlgorithmFamily =
  | { readonly family: 'secret'; readonly hash: Hash; readonly minBytes: number }
  | { readonly family: 'rsa'; readonly hash: Hash; readonly padding: 'pkcs1' | 'pss' }
  | { readonly family: 'ec'; readonly hash: Hash; readonly curve: string; readonly signatureBytes: number }
  | { readonly family: 'okp'; readonly curve: 'Ed25519'; readonly signatureBytes: 64 };

export type Hash = 'sha256' | 'sha384' | 'sha512';

/** The JWS algorithms Tokenpair signs and verifies with (RFC 7518 §3.1, RFC 8037, RFC 9864). */
export type Algorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

export const ALGORITHMS: Readonly<Record<Algorithm, AlgorithmFamily>> = Object.freeze({
  HS256: { family: 'secret', hash: 'sha256', minBytes: 32 },
  HS384: { family: 'secret', hash: 'sha384', minBytes: 48 },
  HS512: { family: 'secret', hash: 'sha512', minBytes: 64 },
  RS256: { family: 'rsa', hash: 'sha256', padding: 'pkcs1' },
  RS384: { family: 'rsa', hash: 'sha384', padding: 'pkcs1' },
  RS512: { family: 'rsa', hash: 'sha512', padding: 'pkcs1' },
  PS256: { family: 'rsa', hash: 'sha256', padding: 'pss' },
  PS384: { family: 'rsa', hash: 'sha384', padding: 'pss' },
  PS512: { family: 'rsa', hash: 'sha512', padding: 'pss' },
  ES256: { family: 'ec', hash: 'sha256', curve: 'P-256', signatureBytes: 64 },
  ES384: { family: 'ec', hash: 'sha384', curve: 'P-384', signatureBytes: 96 },
  ES512: { family: 'ec', hash: 'sha512', curve: 'P-521', signatureBytes: 132 },
  EdDSA: { family: 'okp', curve: 'Ed25519', signatureBytes: 64 },
  Ed25519: { family: 'okp', curve: 'Ed25519', signatureBytes: 64 },
} satisfies Record<Algorithm, AlgorithmFamily>);

/** Whether a value names an algorithm that Tokenpair knows. */
export function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && Object.hasOwn(ALGORITHMS, value);
}
