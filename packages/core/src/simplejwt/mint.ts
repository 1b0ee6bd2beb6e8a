import { encodeText } from '#engine';
import { retryAfterSeconds } from '../backends/deadline.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { TokenPair } from '../session/token-pair.ts';
import { MAX_TOKEN_LENGTH } from '../token/gate.ts';
import type { SimpleJwtKind } from './read-token.ts';
import type { ResolvedSimpleJwtOptions } from './simplejwt-options.ts';

/** What a login or a refresh gives. */
export type SimpleJwtPair = Omit<TokenPair, 'session'>;

/** What tokens are minted of. */
export interface Grant {
  readonly subject: string;
  /** All claims but those of the shape: none of theirs is among them. */
  readonly claims: JsonObject;
  /** Absolute end in ms; no token outlives it. */
  readonly endsAt: number;
}

export interface MintedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/**
 * Mints a token as SimpleJWT does, in its order of claims. An issuer and an audience that are configured win over those that came
 * along.
 */
export async function mintToken(
  options: ResolvedSimpleJwtOptions,
  kind: SimpleJwtKind,
  { subject, claims, endsAt }: Grant,
): Promise<MintedToken> {
  const { audience, issuer, names } = options;
  const now = options.clock();
  const exp = Math.floor(Math.min(now + options[kind].ttl, endsAt) / 1000);
  const iat = Math.min(Math.floor(now / 1000), exp - 1);
  const payload = {
    [names.type]: kind,
    exp,
    iat,
    [names.jti]: newTokenId(),
    [names.id]: subject,
    ...claims,
    ...(audience === undefined ? {} : { aud: audience }),
    ...(issuer === undefined ? {} : { iss: issuer }),
  };
  const token = await signToken(options, payload);
  if (token.length > MAX_TOKEN_LENGTH) throw tooLong();
  return { token, expiresIn: exp - iat };
}

/** A token that our own gate would refuse is not handed out. */
function tooLong(): BackendUnavailableError {
  const cause = new RangeError(`the claims make a token of more than ${MAX_TOKEN_LENGTH} characters`);
  return new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
}

/** `uuid4().hex`. */
function newTokenId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}

/** The header's bytes are those of PyJWT since 2.4, which sorts its members; earlier ones wrote `typ` first. */
function signToken({ keys }: ResolvedSimpleJwtOptions, payload: JsonObject): MaybePromise<string> {
  return chain(keys.ready, () => {
    const header = encodeText(JSON.stringify({ alg: keys.signer.alg, typ: 'JWT' }));
    const input = `${header}.${encodeText(JSON.stringify(payload))}`;
    return chain(keys.signer.sign(input), (signature) => `${input}.${signature}`);
  });
}
