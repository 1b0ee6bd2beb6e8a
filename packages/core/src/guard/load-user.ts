import { askApp } from '../backends/ask-app.ts';
import type { BackendOptions } from '../backends/deadline.ts';
import type { LoadUserHook } from '../config/hooks.ts';
import { NoActiveAccountError } from '../errors/errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Authentication } from './authentication.ts';

/**
 * Puts the app's own user beside who the token speaks for.
 *
 * @throws NoActiveAccountError when there is no such user, or it is not active
 * @throws BackendUnavailableError when the hook throws, is silent, or gives no user and nothing else that means none
 */
export function withUser(
  auth: Authentication,
  loadUser: LoadUserHook,
  backend: BackendOptions,
): MaybePromise<Authentication> {
  return askApp(
    backend,
    'loadUser',
    () => loadUser(auth),
    (user) => {
      if (!isActive(user)) throw new NoActiveAccountError();
      return Object.freeze({ ...auth, user });
    },
  );
}

/** Only `true` and `false` say so: a column that holds 0 for false would let everybody pass. */
function isActive(user: unknown): boolean {
  if (user === undefined || user === null) return false;
  if (typeof user !== 'object') throw new TypeError('loadUser must give an object, or undefined for none');
  const { active = true } = user as { readonly active?: unknown };
  if (typeof active !== 'boolean') throw new TypeError('active of a user must be true or false');
  return active;
}
