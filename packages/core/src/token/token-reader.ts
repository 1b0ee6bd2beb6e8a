import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { sizeOf, type VerifiedTokens } from './verified-tokens.ts';

/** What verification found in a token. */
export interface Proof {
  /** As they were signed. */
  readonly signed: JsonObject;
}

/** The two halves of taking a token: what it proves, which stays true, and what the app makes of it. */
export interface TokenReading<Proven extends Proof, Who> {
  /** Everything but revocation and the app's say. Throws `AuthError`. */
  verify(token: unknown): MaybePromise<Proven>;
  /** Who it is, by the app's schema and its own look at the claims. */
  read(proof: Proven): MaybePromise<Who>;
  /** Whether `read` asks the app: what that gives may depend on more than the claims, and is for one request. */
  asksApp(proof: Proven): boolean;
  /** Whether what proved it is still good, such as the key; must not throw. @default it is until everything is forgotten */
  holds?(proof: Proven): boolean;
}

/** Found before. Frozen in depth, since requests share it. */
export interface Known<Proven extends Proof, Who> {
  readonly proof: Proven;
  /** Absent where the app is asked at each request. */
  readonly who: Who | undefined;
}

export interface TokenReaderOptions<Proven extends Proof, Who> {
  /** Without it each token is verified at each request. */
  readonly verified: VerifiedTokens<Known<Proven, Who>> | undefined;
  /** In ms. */
  readonly leeway: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * From a token to who it speaks for, revoked or not: verified, or known from a moment ago. A token that is known is refused by nobody but the
 * app: where anything has changed it goes the whole way again, and meets the right answer there.
 */
export function createTokenReader<Proven extends Proof, Who extends object>(
  reading: TokenReading<Proven, Who>,
  { verified, leeway, clock }: TokenReaderOptions<Proven, Who>,
): (token: unknown) => MaybePromise<Who> {
  if (verified === undefined) return (token) => chain(reading.verify(token), reading.read);

  function verifyAndKeep(token: unknown, kept: NonNullable<typeof verified>): MaybePromise<Who> {
    const { era } = kept;
    return chain(reading.verify(token), (proof) => {
      const span = { from: clock(), until: Number(proof.signed['exp']) * 1000 + leeway };
      return chain(reading.read(proof), (who) => {
        const known = { proof, who: reading.asksApp(proof) ? undefined : who };
        kept.keep(String(token), known, { ...span, bytes: sizeOf(proof.signed) }, era);
        return who;
      });
    });
  }

  return (token) => {
    const known = typeof token === 'string' ? verified.find(token, clock()) : undefined;
    if (known === undefined || reading.holds?.(known.proof) === false) return verifyAndKeep(token, verified);
    return known.who ?? reading.read(known.proof);
  };
}
