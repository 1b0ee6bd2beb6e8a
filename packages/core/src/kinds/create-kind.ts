import { createClaimsReader } from '../claims/claims-reader.ts';
import { toOwnClaims } from '../claims/own-claims.ts';
import { isStandardSchema, type StandardSchema } from '../claims/standard-schema.ts';
import { assertBoolean, assertOptions, assertText, invalidType, invalidValue } from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import { TokenRevokedError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { tokenRef } from '../session/token-ref.ts';
import { MAX_TOKEN_LENGTH } from '../token/gate.ts';
import { createTokenKind } from '../token/token-kind.ts';

/** Options of a kind of signed message. `Claims` are its own claims as read, `Signed` as they are given to be signed. */
export interface KindOptions<Claims extends object = JsonObject, Signed extends object = Claims> {
  /** Life of a message, 1 s to 1 year. */
  readonly ttl: Duration;
  /** The message's own claims, by any Standard Schema: checked before they are signed, typed when verified. */
  readonly claims?: StandardSchema<Claims, Signed>;
  /**
   * Who it is for. Messages for the issuer itself are signed with `refresh.keys` where those are set, all others with `keys`, which others
   * can know.
   *
   * @default the issuer itself
   */
  readonly audience?: string;
  /** Takes a message once only: the store keeps the ids of those used. @default false */
  readonly singleUse?: boolean;
}

/** What is signed. */
export interface MessageContent<Signed extends object = JsonObject> {
  /** Whom it is about: `sub`. */
  readonly subject?: string;
  readonly claims?: Signed;
}

/** A verified message. Frozen. */
export interface Message<Claims extends object = JsonObject> {
  /** `jti`. */
  readonly id: string;
  readonly subject: string | undefined;
  readonly claims: JsonObject & Claims;
}

/** A kind of signed message of the app's own: an invitation, an e-mail verification, a password reset. */
export interface MessageKind<Claims extends object = JsonObject, Signed extends object = Claims> {
  /** @throws TypeError for claims that are reserved or do not fit the schema */
  issue(content: MessageContent<Signed>): Promise<string>;
  /**
   * The content of a genuine message of this kind that is good now. With `singleUse` this is the use: of any number of parallel calls one
   * succeeds.
   *
   * @throws TokenNotValidError, TokenExpiredError, TokenWrongTypeError, TokenRevokedError (used before), StoreUnavailableError
   */
  verify(token: string): Promise<Message<Claims>>;
  /** The same without using it up, for a page that shows what a message is about. */
  peek(token: string): Promise<Message<Claims>>;
}

const KIND_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const TAKEN: readonly string[] = Object.freeze(['at', 'rt', 'sl']);
const YEAR_SECONDS = 31_622_400;

/** @throws TypeError for a name or options that are wrong, and for a name used before */
export function createKind<Claims extends object, Signed extends object>(
  context: AuthContext,
  name: string,
  options: KindOptions<Claims, Signed>,
): MessageKind<Claims, Signed> {
  const { clock, issuer, keys, leeway, refresh } = context.options;
  const { audience = issuer, claims: schema, singleUse, ttl } = resolveKindOptions(name, options);
  const reader = createClaimsReader({
    schema,
    timeoutMs: context.options.hookTimeoutMs,
    onFailure: (_hook, cause) => context.events.emit('backend.failed', { backend: `kind ${name}`, cause }),
  });
  const kind = createTokenKind({
    typ: claimType(context, name),
    // What comes back to the issuer alone is signed with the keys that nobody else holds.
    keys: audience === issuer ? refresh.keys : keys,
    rules: {
      issuer,
      audiences: [audience],
      audienceClaim: 'aud',
      leeway: leeway / 1000,
      clockSkew: context.options.clockSkew / 1000,
      maxLife: YEAR_SECONDS,
      required: ['iss', 'aud', 'jti', 'iat', 'exp'],
      integers: [],
    },
    headers: context.headers,
    clock,
    read: reader.read,
  });

  async function issue({ subject, claims = {} as Signed }: MessageContent<Signed>): Promise<string> {
    if (subject !== undefined) assertText(subject, 'subject');
    const own = toOwnClaims(claims);
    const fits = reader.fits(own);
    if (!(fits === true || (await fits))) throw invalidValue(`the claims do not fit the schema of "${name}"`);
    const iat = Math.floor(clock() / 1000);
    const who = subject === undefined ? {} : { sub: subject };
    const exp = iat + Math.floor(ttl / 1000);
    const token = await kind.issue({
      iss: issuer,
      aud: audience,
      ...who,
      jti: context.randomId(),
      iat,
      exp,
      ...own,
    });
    if (token.length > MAX_TOKEN_LENGTH)
      throw invalidValue(`the claims make a token of more than ${MAX_TOKEN_LENGTH} characters`);
    return token;
  }

  return Object.freeze({
    issue,
    async verify(token) {
      const claims = await kind.verify(token);
      if (singleUse && !(await context.store.blacklist(tokenRef(context.options, claims, kind.typ), clock())))
        throw new TokenRevokedError();
      return toMessage<Claims>(claims);
    },
    async peek(token) {
      const claims = await kind.verify(token);
      const live =
        !singleUse ||
        (await context.store.isLive({ token: tokenRef(context.options, claims, kind.typ) }, clock()));
      if (!live) throw new TokenRevokedError();
      return toMessage<Claims>(claims);
    },
  } satisfies MessageKind<Claims, Signed>);
}

interface ResolvedKindOptions {
  readonly audience: string | undefined;
  readonly claims: StandardSchema | undefined;
  readonly singleUse: boolean;
  /** Milliseconds. */
  readonly ttl: number;
}

function resolveKindOptions<Claims extends object, Signed extends object>(
  name: string,
  options: KindOptions<Claims, Signed>,
): ResolvedKindOptions {
  assertText(name, 'kind');
  if (!KIND_NAME.test(name)) throw invalidValue('a kind is named in lower case letters, digits and hyphens');
  assertOptions(options, `kind "${name}"`, ['ttl', 'claims', 'audience', 'singleUse']);
  const { audience, claims, singleUse = false } = options;
  if (audience !== undefined) assertText(audience, `kind "${name}".audience`);
  if (claims !== undefined && !isStandardSchema(claims))
    throw invalidType(`kind "${name}".claims must be a Standard Schema`);
  assertBoolean(singleUse, `kind "${name}".singleUse`);
  const ttl = toMilliseconds(options.ttl, `kind "${name}".ttl`, { min: 1, max: YEAR_SECONDS });
  return { audience, claims, singleUse, ttl };
}

/** One `typ` for one kind, so that no message passes for another. */
function claimType({ headers }: AuthContext, name: string): string {
  const typ = `${name}+jwt`;
  if (TAKEN.includes(name) || headers.has(typ)) throw invalidValue(`the kind "${name}" exists already`);
  return typ;
}

function toMessage<Claims extends object>(claims: JsonObject): Message<Claims> {
  const { jti, sub } = claims;
  const subject = typeof sub === 'string' ? sub : undefined;
  return Object.freeze({ id: String(jti), subject, claims: claims as JsonObject & Claims });
}
