import { type LoginLimiter, limitLogins } from '@tokenpair/core/login-limits';
import type { Users } from '../users/users.ts';

type ChangePassword = Users['changePassword'];

/**
 * A change of the own password that counts wrong guesses of the current one by subject: whoever holds a session of somebody's could try passwords
 * there, from any number of addresses. It throws `RateLimitedError` for one too many.
 */
export function limitChanges(change: ChangePassword, limiter: LoginLimiter): ChangePassword {
  const attempt = limitLogins(
    async ({ old = '', password = '', subject = '' }) => {
      const epoch = await change(subject, old, password);
      return epoch === undefined ? undefined : { subject, epoch };
    },
    { account: limiter, accountOf: ({ subject = '' }) => subject },
  );
  return async (subject, old, password) => (await attempt({ subject, old, password }, {}))?.epoch;
}
