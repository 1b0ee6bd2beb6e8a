import type { LoginResult } from '../config/hooks.ts';
import type { AuthEventSource } from '../events/events.ts';
import type { AuthSeam } from '../guard/auth-seam.ts';
import type { CredentialRequest } from '../guard/authenticate.ts';
import { createGuard } from '../guard/guard.ts';
import { type GuardBase, PLAIN_BASE } from '../guard/guard-base.ts';
import { readBearer } from '../http/bearer.ts';
import type { TokenRoutes } from '../http/serve-routes.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { type SimpleJwtAuthentication, toAuthentication } from './authentication.ts';
import { createContext, type SimpleJwtContext } from './context.ts';
import { assertNotRevoked, issue, refresh, revokeTokens } from './grants.ts';
import type { SimpleJwtPair } from './mint.ts';
import { createRoutes } from './routes.ts';
import { resolveSimpleJwtOptions, type SimpleJwtOptions } from './simplejwt-options.ts';

/** Everything an app needs of tokens it shares with Django. Frozen; safe to share. */
export interface SimpleJwtAuth extends AuthSeam<SimpleJwtAuthentication> {
  /** Answers the token endpoints, for adapters; `undefined` for a path that is none of them. */
  readonly handle: TokenRoutes;
  /**
   * A pair for a subject whose identity the app has proven.
   *
   * @throws NoActiveAccountError when `resolve` says so, or the epoch moved meanwhile; BackendUnavailableError
   * @throws TypeError for claims that the tokens set themselves, and with public keys alone
   */
  issue(login: LoginResult): Promise<SimpleJwtPair>;
  /** A refresh token for an access token, by the same rules as `POST /refresh`. @throws AuthError; TypeError with public keys alone */
  refresh(token: string): Promise<SimpleJwtPair>;
  /** Who an access token speaks for, by the same rules as a guard; a refresh token is of the wrong type. @throws AuthError */
  verify(token: string): Promise<SimpleJwtAuthentication>;
  /**
   * Puts the id of a token, access or refresh, on the blacklist until it is dead. Idempotent; takes an expired one too.
   *
   * @throws TokenNotValidError, TokenWrongTypeError, StoreUnavailableError; TypeError without a store
   */
  revoke(token: string): Promise<void>;
  /** Resolves when the keys are imported: at once on Node. @throws TypeError (as a rejection) for a key that may not be one */
  ready(): Promise<void>;
  /** `login.refused` and `backend.failed`; the other events are of sessions, which these tokens have not. */
  readonly events: AuthEventSource;
}

/**
 * Makes an auth for tokens of djangorestframework-simplejwt's shape: it takes those of a Django fleet that has the same key, and issues
 * such. Options are validated here and never again.
 *
 * > [!WARNING]
 * > These tokens are weaker than those of `createAuth`: they name no session, so a login cannot be ended as a whole, and a used
 * > refresh token that comes back is refused without ending what it led to. Both kinds share a key: whoever verifies can forge.
 *
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) that names the option; unknown options are refused
 * @example
 * ```ts
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
 *
 * const auth = createSimpleJwtAuth({
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 *   refresh: { rotate: true },
 *   login: ({ username, password }) => (username === 'ada' && password === 'correct horse' ? { subject: '1' } : undefined),
 * });
 * ```
 */
export function createSimpleJwtAuth(options: SimpleJwtOptions): SimpleJwtAuth {
  const context = createContext(resolveSimpleJwtOptions(options));
  const { clock, clockSkew, hookTimeoutMs: timeoutMs, translate } = context.options;
  const { onFailure } = context;
  const base: GuardBase = { ...PLAIN_BASE, clock, clockSkew, timeoutMs, translate, onFailure };
  return Object.freeze({
    guard: (guardOptions) => createGuard((request) => authenticate(context, request), guardOptions, base),
    handle: createRoutes(context),
    issue: (login) => issue(context, login),
    refresh: (token) => refresh(context, token),
    verify: async (token) => verifyAccess(context, token),
    revoke: async (token) => {
      const presented = await context.read(token, { kinds: ['access', 'refresh'], allowExpired: true });
      await revokeTokens(context, [presented]);
    },
    ready: async () => context.options.keys.ready,
    events: Object.freeze({ on: context.events.on }),
  } satisfies SimpleJwtAuth);
}

function authenticate(
  context: SimpleJwtContext,
  { rawHeaders }: CredentialRequest,
): MaybePromise<SimpleJwtAuthentication | undefined> {
  const token = readBearer(rawHeaders);
  return token === undefined ? undefined : verifyAccess(context, token);
}

function verifyAccess(context: SimpleJwtContext, token: unknown): MaybePromise<SimpleJwtAuthentication> {
  const asksStore = context.options.revocation === 'token';
  return chain(context.read(token, { kinds: ['access'] }), (presented) =>
    chain(asksStore ? assertNotRevoked(context, presented.ref) : undefined, () =>
      toAuthentication(presented),
    ),
  );
}
