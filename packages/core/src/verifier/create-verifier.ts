import { TokenNotValidError } from '../errors/errors.ts';
import { type Authenticator, createGuard, type Guard, type GuardOptions } from '../guard/guard.ts';
import type { RevocationCheck } from '../guard/guard-base.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { openGate } from '../token/gate.ts';
import { createTokenReader } from '../token/token-reader.ts';
import { createVerifiedTokens } from '../token/verified-tokens.ts';
import { type ForeignProof, parseSegment } from './foreign-token.ts';
import { scopesOf } from './scopes-of.ts';
import { type IssuerEntry, resolveVerifierOptions, type VerifierOptions } from './verifier-options.ts';

/** Who a request comes from, by the word of one of several issuers. The identity is `issuer` and `subject` together. Frozen. */
export interface VerifiedAuthentication<Claims extends object = JsonObject> {
  readonly issuer: string;
  readonly subject: string | undefined;
  /** `sid`, where the issuer writes one. */
  readonly session: string | undefined;
  readonly scopes: readonly string[];
  /** The verified payload; its objects have no prototype. */
  readonly claims: JsonObject & Claims;
}

/** Verifies tokens that others issue, and issues nothing. */
export interface Verifier<Claims extends object = JsonObject> {
  /** @throws TokenNotValidError, TokenExpiredError, TokenWrongTypeError, TokenRevokedError, KeysUnavailableError, StoreUnavailableError, BackendUnavailableError */
  verify(token: string): Promise<VerifiedAuthentication<Claims>>;
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions<VerifiedAuthentication<Claims>>): Guard<VerifiedAuthentication<Claims>>;
  /** Ends the revocation feeds, where there are any; guards ask the stores from then on. */
  close(): Promise<void>;
}

/** What proved a token, and the issuer whose it is. */
interface IssuerProof extends ForeignProof {
  readonly entry: IssuerEntry;
}

/**
 * Makes a verifier for a resource server: tokens of one or several issuers, each held to its own keys, audience and shape.
 *
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) that names the option; unknown options are refused
 * @example
 * ```ts
 * import { createVerifier } from '@tokenpair/core/verifier';
 *
 * const verifier = createVerifier({
 *   issuers: [
 *     {
 *       issuer: 'https://auth.example.com',
 *       audience: 'https://api.example.com',
 *       algorithms: ['ES256'],
 *       jwks: 'https://auth.example.com/.well-known/jwks.json',
 *     },
 *   ],
 * });
 * ```
 */
export function createVerifier<Claims extends object = JsonObject>(
  options: VerifierOptions<Claims>,
): Verifier<Claims> {
  const { base, cache, entries, leeway } = resolveVerifierOptions(options);
  const { clock } = base;
  const [only] = entries.size === 1 ? entries.values() : [];

  /** The issuer is chosen by the configuration; a token's unverified word picks among several, and is held to the pick. */
  function entryFor(payload: string): IssuerEntry {
    return only ?? pick(entries.get(parseSegment(payload)['iss']));
  }

  function prove(token: unknown): MaybePromise<IssuerProof> {
    const compact = openGate(token);
    if (compact === undefined) throw new TokenNotValidError();
    const entry = entryFor(compact.payload);
    return chain(entry.tokens.verify(compact), (proof) => ({ ...proof, entry }));
  }

  const read = createTokenReader<IssuerProof, VerifiedAuthentication<Claims>>(
    {
      verify: prove,
      read: ({ entry, signed }) =>
        chain(entry.tokens.read(signed), (claims) =>
          toAuthentication<Claims>(signed, claims, entry.scopeClaim),
        ),
      asksApp: ({ entry }) => entry.tokens.asksApp,
      holds: (proof) => proof.entry.tokens.holds(proof),
    },
    { verified: cache && createVerifiedTokens(cache), clock, leeway },
  );

  function verify(
    token: unknown,
    revocation: RevocationCheck = base.revocation,
  ): MaybePromise<VerifiedAuthentication<Claims>> {
    return chain(read(token), (auth) => {
      const { live } = only ?? pick(entries.get(auth.issuer));
      return chain(live[revocation].assert(auth.claims, String(token)), () => auth);
    });
  }

  const authenticate: Authenticator<VerifiedAuthentication<Claims>> = (request, { read, revocation }) => {
    const token = read(request);
    return token === undefined ? undefined : verify(token, revocation);
  };

  return Object.freeze({
    verify: async (token) => verify(token),
    guard: (guardOptions) => createGuard(authenticate, guardOptions, base),
    close: async () => {
      await Promise.all([...entries.values()].map(({ live }) => live.feed.close()));
    },
  } satisfies Verifier<Claims>);
}

/** @throws TokenNotValidError for a token that names none of the issuers */
function pick(entry: IssuerEntry | undefined): IssuerEntry {
  if (entry === undefined) throw new TokenNotValidError();
  return entry;
}

/** Who it is comes from what was signed, whatever a schema makes of it. */
function toAuthentication<Claims extends object>(
  signed: JsonObject,
  claims: JsonObject,
  scopeClaim: string,
): VerifiedAuthentication<Claims> {
  return Object.freeze({
    issuer: String(signed['iss']),
    subject: text(signed['sub']),
    session: text(signed['sid']),
    scopes: Object.freeze(scopesOf(signed[scopeClaim])),
    claims: claims as JsonObject & Claims,
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
