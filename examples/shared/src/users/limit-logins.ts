import { createHash } from 'node:crypto';
import { type LoginHook, RateLimitedError } from '@tokenpair/core';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Rate } from '../settings/settings.ts';

/**
 * A login hook that stops asking after so many failures of one address for one user name, until their time is over. Each process
 * counts its own. An attempt is counted before the password is looked at and given back when it was right, so that parallel ones cannot
 * slip through together.
 *
 * @throws RateLimitedError (429 with Retry-After)
 */
export function limitLogins(login: LoginHook, rate: Rate | undefined): LoginHook {
  if (rate === undefined) return login;
  const attempts = new RateLimiterMemory({ points: rate.count, duration: rate.seconds });

  return async (credentials, client) => {
    const key = keyOf(client.ip, credentials['username']);
    await attempts.consume(key).catch(refuse);
    const result = await login(credentials, client);
    if (result !== undefined && result !== null) await attempts.reward(key);
    return result;
  };
}

/** Of one length, whatever a stranger sends as user name. */
function keyOf(ip: string | undefined, username: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([ip, username]))
    .digest('base64url');
}

function refuse(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  throw new RateLimitedError({ retryAfter: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) });
}
