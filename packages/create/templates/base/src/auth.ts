import { type Auth, createAuth } from '@tokenpair/core';
import { limitLogins } from '@tokenpair/core/login-limits';
import type { TokenStore } from '@tokenpair/core/store';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Settings } from './settings.ts';
import { transportOptions } from './transport.ts';
import type { Users } from './users/users.ts';

const SECONDS = 60;

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
      account: failures('account', 50, 60),
      // Whoever is where the account has logged in before is not locked out by strangers.
      known: { limiter: failures('known', 1, 60) },
    }),
    resolve: users.resolve,
    ...transportOptions(issuer),
  });
}

/** In this process alone. For several: RateLimiterRedis or RateLimiterPostgres of the same library. */
function failures(keyPrefix: string, points: number, minutes = 15): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: minutes * SECONDS });
}
