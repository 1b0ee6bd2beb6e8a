import { type Auth, createAuth } from '@tokenpair/core';
import { limitLogins } from '@tokenpair/core/login-limits';
import type { TokenStore } from '@tokenpair/core/store';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Settings } from './settings.ts';
import { transportOptions } from './transport.ts';
import type { Users } from './users/users.ts';

const MINUTES = 60;

/** Every option there is has a default and its reason: see the types of `AuthOptions`. */
export function makeAuth({ issuer, audience, secret }: Settings, store: TokenStore, users: Users): Auth {
  return createAuth({
    issuer,
    audience,
    keys: { alg: 'HS256', secret },
    store,
    // Wrong passwords count; a good one uses nothing up.
    login: limitLogins(users.login, {
      network: failures('network', 100),
      pair: failures('pair', 5),
    }),
    resolve: users.resolve,
    ...transportOptions(issuer),
  });
}

/** In this process alone. For several: RateLimiterRedis or RateLimiterPostgres of the same library. */
function failures(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: 15 * MINUTES });
}
