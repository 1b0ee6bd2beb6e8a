import { type LoginHook, RateLimitedError } from '@tokenpair/core';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Rate } from '../settings/settings.ts';

/**
 * A login hook that stops asking after so many failures of one address for one user name, until their time is over. Each process
 * counts its own.
 *
 * @throws RateLimitedError (429 with Retry-After)
 */
export function limitLogins(login: LoginHook, rate: Rate | undefined): LoginHook {
  if (rate === undefined) return login;
  const failures = new RateLimiterMemory({ points: rate.count, duration: rate.seconds });

  return async (credentials, client) => {
    const key = JSON.stringify([client.ip, credentials['username']]);
    const before = await failures.get(key);
    if (before !== null && before.consumedPoints >= rate.count) {
      throw new RateLimitedError({ retryAfter: Math.ceil(before.msBeforeNext / 1000) });
    }
    const result = await login(credentials, client);
    if (result === undefined || result === null) await failures.penalty(key, 1);
    return result;
  };
}
