import type { StandardSchema } from '../claims/standard-schema.ts';
import type { Translator } from '../errors/translation.ts';
import type { JsonObject } from '../json.ts';
import type { KeyInput } from '../keys/key-input.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { TokenStore } from '../store.ts';
import type { CacheOptions } from './cache-options.ts';
import type { CookieOptions, CsrfOptions } from './cookie-options.ts';
import type { Duration } from './duration.ts';
import type { GuardDefaults } from './guard-defaults.ts';
import type {
  ClientHook,
  FailedLoginListener,
  LoadUserHook,
  LoginHook,
  LoginListener,
  ResolveHook,
} from './hooks.ts';

/** Options of {@link createAuth}. `Claims` are the app's own claims, as the schema reads them; `User` is what `loadUser` gives. */
export interface AuthOptions<Claims extends object = JsonObject, User = unknown> {
  /** `iss` of the tokens: the URL of this service. Exact, no default. */
  readonly issuer: string;
  /** `aud` of the access tokens: the API they are for. Exact, no default. */
  readonly audience: string;
  /** The keys: the first signs, all verify. A rotation is: publish the new one last, then move it first, then retire the old. */
  readonly keys: KeyInput | readonly KeyInput[];
  /** Where sessions live. */
  readonly store: TokenStore;
  /** Checks the credentials of a login; without it there is no login endpoint. */
  readonly login?: LoginHook;
  /** Told of every session that opens; decides nothing. */
  readonly onLogin?: LoginListener;
  /** Told of every login that is refused, with nothing secret; decides nothing. */
  readonly onLoginFailed?: FailedLoginListener;
  /** Fields of a login request, each a non-empty string. @default ['username', 'password'] */
  readonly loginFields?: readonly string[];
  /**
   * The app's own claims of the access token, by any Standard Schema (zod, valibot, arktype): checked before they are signed, read
   * when verified, typed in `auth.claims`.
   */
  readonly claims?: StandardSchema<Claims>;
  /** A last look at a verified access token's claims; anything but `true` refuses it. */
  readonly validateClaims?: (claims: JsonObject) => MaybePromise<boolean>;
  /** Claims that an access token must have, beside those every one has. @default [] */
  readonly requiredClaims?: readonly string[];
  /** What holds for a subject now, asked at login and refresh. @default the session record decides alone */
  readonly resolve?: ResolveHook;
  /**
   * The app's own user, for `auth.user` behind a guard. @default guards never touch a user table
   */
  readonly loadUser?: LoadUserHook<User, Claims>;
  /** What holds for every guard that does not say otherwise. */
  readonly guards?: GuardDefaults;
  /**
   * Who may ask `/introspect` and `/revoke`; without it there are no such endpoints. With `wire: 'oauth2'` it authenticates the clients of `/token`
   * too, and `/revoke` is there for public clients without it.
   */
  readonly authenticateClient?: ClientHook;
  /**
   * The ids of OAuth 2 clients that have no secret, such as apps on phones and in browsers, with `wire: 'oauth2'`. Who sends one as `client_id` is that
   * client: its tokens say so, and its refresh tokens are good in its hands alone. Any other id without a secret is 401 `invalid_client`.
   *
   * > [!WARNING]
   * > Anybody can say an id. It keeps clients apart and proves nothing: what a token of such a client may do is for its subject and scope to say.
   *
   * @default without `authenticateClient` every id; with it none, and who says an id without a secret is nobody in particular
   */
  readonly publicClients?: readonly string[];
  /**
   * How the token endpoints hand tokens out and take refresh tokens: in bodies, or in cookies that no script can read. Guards read
   * `Authorization: Bearer` either way, and with `'cookie'` the access cookie too, unless `guards.transport` says otherwise.
   *
   * @default 'header'
   */
  readonly transport?: 'header' | 'cookie';
  /** Needed with cookie transport. */
  readonly cookie?: CookieOptions;
  /** For cookie transport. */
  readonly csrf?: CsrfOptions;
  /**
   * What a login gives: `'pair'`, an access and a refresh token; `'sliding'`, one token that is both, good as access until its `exp` (`access.ttl`) and
   * renewable, also after that, until its `refresh_exp` (`refresh.ttl`). Goes with header transport, one set of keys and rotation.
   *
   * > [!WARNING]
   * > Whoever gets a sliding token can renew it. It is for clients that talk to this service alone; never send it to another.
   *
   * @default 'pair'
   */
  readonly mode?: 'pair' | 'sliding';
  /**
   * What the token endpoints speak: `'tokenpair'`, one path for each thing to do; `'oauth2'`, the words and forms of RFC 6749, for clients that
   * are OAuth 2 libraries: `/token`, `/revoke` (RFC 7009), `/introspect` (RFC 7662). What a login or a refresh does is the same. Goes with header
   * transport, pairs, and `loginFields` that hold `username` and `password`.
   *
   * @default 'tokenpair'
   */
  readonly wire?: 'tokenpair' | 'oauth2';
  readonly access?: AccessOptions;
  readonly refresh?: RefreshOptions;
  readonly session?: SessionOptions;
  /** How long after `exp` a token is still taken, 0 to 60 s. @default '5s' */
  readonly leeway?: Duration;
  /** How far ahead of this clock `iat` and `nbf` may lie, 0 to 300 s. @default '60s' */
  readonly clockSkew?: Duration;
  /**
   * How a guard learns that a session has ended: `'session'` asks the store at every request; `'none'` does not, so an access
   * token outlives a logout by up to its life; `'feed'` keeps what was revoked lately in this process's memory, fed by the store, and asks
   * the store only while the feed is down. A store without `watch` has no feed.
   *
   * @default 'session'
   */
  readonly revocation?: 'session' | 'feed' | 'none';
  /**
   * `'required'`: nothing is asked of a store that cannot promise to keep what it acknowledged (see `StoreWarning`): a store that says so
   * itself is refused here, one whose backend is set up so rejects `ready()` and answers 503. `'any'`: such a store is told of by the
   * event `store.warning`.
   *
   * @default 'any'
   */
  readonly durability?: 'any' | 'required';
  /**
   * How many verified access tokens are held, so that the next request with one of them costs no signature; `false` for none. Whether a token has
   * expired or been revoked is looked at in either case, at every request, and the app's schema and `validateClaims` have their say in each. Held
   * tokens are good for whoever reads this process's memory.
   *
   * @default { entries: 10000, bytes: 33554432 }
   */
  readonly cache?: CacheOptions | false;
  /** How long the store may take, in ms, 10 to 60,000. @default 2000 */
  readonly storeTimeoutMs?: number;
  /** How long a hook may take, in ms, 10 to 60,000. @default 3000 */
  readonly hookTimeoutMs?: number;
  /** The language of `detail` and `fields` in refusals, chosen for each request by its `Accept-Language`: `createTranslator` of `@tokenpair/core/translations`. @default English */
  readonly translate?: Translator;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

export interface AccessOptions {
  /** Life of an access token, 1 s to 1 day. @default '5m' */
  readonly ttl?: Duration;
  /** Longest `exp` − `iat` taken; apart from `ttl`, so that shortening that logs nobody out. @default '24h' */
  readonly maxLife?: Duration;
}

export interface RefreshOptions {
  /** Idle life of a session: of a refresh token that is not used, 1 s to 1 year. @default '1d' */
  readonly ttl?: Duration;
  /**
   * Longest `exp` − `iat` taken, in sliding mode `refresh_exp` − `iat`; apart from `ttl`, so that shortening that logs nobody out.
   *
   * @default `session.ttl`
   */
  readonly maxLife?: Duration;
  /** How long after a rotation its immediate predecessor is answered with the same successor, 0 to 60 s. @default '30s' */
  readonly grace?: Duration;
  /** Whether the client a replay in grace comes from must show the user agent of the rotation. @default 'any-client' */
  readonly graceFor?: 'any-client' | 'same-client';
  /** False: a refresh answers with an access token alone and leaves the generation. @default true */
  readonly rotate?: boolean;
  /** What ends when a refresh token is used again: its session, or all of the subject's. @default 'session' */
  readonly reuse?: 'session' | 'subject';
  /**
   * Keys of refresh tokens and of messages to the issuer itself, so that who verifies access tokens with a secret cannot forge these. Not
   * published.
   *
   * @default `keys`
   */
  readonly keys?: KeyInput | readonly KeyInput[];
}

export interface SessionOptions {
  /** Absolute life of a session, which nothing extends, 1 s to 10 years. @default '30d' */
  readonly ttl?: Duration;
  /** Most live sessions of one subject, 1 to 10,000, kept also by logins at once. @default unlimited */
  readonly maxSessions?: number;
  /** What a login beyond `maxSessions` does: ends the session opened first, or is refused with 403 `session_limit_reached`. @default 'evict-oldest' */
  readonly onLimit?: 'evict-oldest' | 'refuse';
}
