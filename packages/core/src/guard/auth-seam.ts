import type { TokenRoutes } from '../http/serve-routes.ts';
import type { Guard, GuardOptions } from './guard.ts';

/** What an adapter needs of an auth or a verifier, whatever tokens it takes. */
export interface AuthSeam<Who> {
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who>): Guard<Who>;
  /** Answers the token endpoints; absent where nothing is issued. */
  readonly handle?: TokenRoutes;
}
