import { AuthError } from '../../../../packages/core/src/errors/auth-error.ts';
import type { AuthErrorCode } from '../../../../packages/core/src/errors/error-rows.ts';
import type { JwksClient } from '../../../../packages/core/src/jwks/jwks-client.ts';
import { isAlgorithm } from '../../../../packages/core/src/keys/algorithms.ts';
import type { KeyInput } from '../../../../packages/core/src/keys/key-input.ts';
import { isName } from '../../../../packages/core/src/token/claims.ts';
import { openGate } from '../../../../packages/core/src/token/gate.ts';
import { createVerifier } from '../../../../packages/core/src/verifier/create-verifier.ts';
import { localKeys } from '../../../../packages/core/src/verifier/key-source.ts';
import { CLOCK_SKEW, LEEWAY } from './claim-reasons.ts';
import { issuerOptionsOf, type Kind } from './kinds.ts';

/** The library's own word. */
export type Verdict = { readonly taken: true } | { readonly taken: false; readonly code: AuthErrorCode };

export interface Question {
  readonly token: string;
  /** `iss` of the token: whose it is, only a service knows. */
  readonly issuer: unknown;
  readonly kind: Kind;
  /** Seconds. */
  readonly now: number;
}

/** For a token that names no issuer: it is refused whatever the issuer is. */
const NOBODY = 'https://issuer.invalid';

/** Takes every signature, so that all the rest can be judged without a key. */
const ANY_KEY = {
  find: ({ alg }: { readonly alg: string }) =>
    isAlgorithm(alg) ? { alg, kid: '', verify: () => true } : undefined,
} as unknown as JwksClient;

/** What a verifier says of a token: with keys of its signature too, without as if that were good. */
export async function judge(
  { token, issuer, kind, now }: Question,
  keys?: readonly KeyInput[],
): Promise<Verdict> {
  const verifier = createVerifier({
    issuers: [
      {
        ...issuerOptionsOf(kind),
        issuer: isName(issuer) ? issuer : NOBODY,
        ...(keys === undefined ? { jwks: ANY_KEY } : { keys }),
      },
    ],
    leeway: LEEWAY,
    clockSkew: CLOCK_SKEW,
    cache: false,
    clock: () => now * 1000,
  });
  try {
    await verifier.verify(token);
    return { taken: true };
  } catch (error) {
    if (error instanceof AuthError) return { taken: false, code: error.code };
    throw error;
  }
}

export type SignatureState = 'good' | 'bad' | 'other-key';

/**
 * Whether the signature is that of one of the keys; `'other-key'` where none is of the name and the algorithm in the header.
 *
 * @throws TypeError for a key that the library does not admit
 */
export async function judgeSignature(
  token: string,
  { alg, kid }: Readonly<Record<string, unknown>>,
  keys: readonly KeyInput[],
): Promise<SignatureState> {
  const compact = openGate(token);
  if (compact === undefined) return 'bad';
  const selector = { alg: String(alg), kid: typeof kid === 'string' ? kid : undefined };
  const key = await localKeys(keys, 'The key').find(selector);
  if (key === undefined) return 'other-key';
  return (await key.verify(compact.input, compact.signature)) ? 'good' : 'bad';
}
