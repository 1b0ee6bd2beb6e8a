import type { RevocationFeed } from '../backends/revocation-feed.ts';
import { chain } from '../maybe-promise.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { type AnyRequest, toCredentialRequest } from './any-request.ts';
import { authenticate } from './authenticate.ts';
import type { Authentication } from './authentication.ts';
import { type Authenticator, createGuard, type Guard, type GuardOptions } from './guard.ts';
import type { GuardBase, RevocationCheck } from './guard-base.ts';
import { withUser } from './load-user.ts';

/** The guards of an auth. `Who` is what they find. */
export interface AuthGuards<Who> {
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who>): Guard<Who>;
  /**
   * Judges a request outside a route, such as one for a WebSocket: who it comes from, by the same rules as a guard with these options. An access
   * cookie on a request for a WebSocket counts only beside an `Origin` on the list. Options are checked at every call; where calls are many, make a
   * guard.
   *
   * @throws AuthError (as a rejection) for what a guard would refuse
   * @throws TypeError (as a rejection) for wrong options, and for a request without headers
   */
  authenticate(
    request: AnyRequest,
    options?: GuardOptions<Who> & { readonly optional?: false },
  ): Promise<Who>;
  /** The same where nobody may be there, who is `undefined`. */
  authenticate(request: AnyRequest, options: GuardOptions<Who>): Promise<Who | undefined>;
}

export function createAuthGuards(context: AuthContext): AuthGuards<Authentication> {
  const { loadUser } = context.options;
  const base = baseOf(context);
  const find: Authenticator<Authentication> = (request, way) => authenticate(context, request, way);
  const findUser: Authenticator<Authentication> =
    loadUser === undefined
      ? find
      : (request, way) =>
          chain(find(request, way), (auth) => (auth === undefined ? auth : withUser(auth, loadUser, base)));
  const guard = (options?: GuardOptions<Authentication>): Guard => createGuard(findUser, options, base);

  return Object.freeze({
    guard,
    async authenticate(request: AnyRequest, options?: GuardOptions<Authentication>) {
      const outcome = await guard(options)(toCredentialRequest(request));
      if (!outcome.passed) throw outcome.error;
      // Nobody only where the options say so, and then the type does.
      return outcome.auth as Authentication;
    },
  } satisfies AuthGuards<Authentication>);
}

function baseOf({ cookies, events, feed, options }: AuthContext): GuardBase {
  const { clock, clockSkew, guards, hookTimeoutMs: timeoutMs, revocation, translate } = options;
  return Object.freeze({
    ...guards,
    clock,
    clockSkew,
    routesChoosePlaces: true,
    cookies,
    revocation,
    revocations: revocationsOf(feed),
    timeoutMs,
    translate,
    onFailure: (backend, cause) => events.emit('backend.failed', { backend, cause }),
  } satisfies GuardBase);
}

function revocationsOf(feed: RevocationFeed | undefined): readonly RevocationCheck[] {
  return feed === undefined ? ['session', 'none'] : ['session', 'feed', 'none'];
}
