import type { TokenRoutes } from '../http/serve-routes.ts';
import type { Guard, GuardOptions } from './guard.ts';

/** What an adapter needs of an auth, whatever tokens it issues: guards for routes, and the token endpoints. */
export interface AuthSeam<Who> {
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions): Guard<Who>;
  /** Answers the token endpoints; `undefined` for a path that is none of them. */
  readonly handle: TokenRoutes;
}
