/**
 * What fits into `limitLogins`, and what does not. Checked by `npm run typecheck`; never run.
 */
import type { LoginHook } from '@tokenpair/core';
import { clientAddress, type LoginLimiter, limitLogins } from '@tokenpair/core/login-limits';
import type {
  BurstyRateLimiter,
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterQueue,
  RateLimiterRedis,
  RateLimiterSQLite,
  RateLimiterUnion,
  RateLimiterValkey,
  RLWrapperBlackAndWhite,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';

declare const login: LoginHook;
declare const memory: RateLimiterMemory;
declare const redis: RateLimiterRedis;
declare const postgres: RateLimiterPostgres;
declare const others:
  | RateLimiterCluster
  | RateLimiterSQLite
  | RateLimiterValkey
  | RLWrapperBlackAndWhite
  | RLWrapperTimeouts;

const limiters: readonly LoginLimiter[] = [memory, redis, postgres, others];
const limited: LoginHook = limitLogins(login, {
  network: memory,
  pair: redis,
  account: postgres,
  known: { limiter: redis, ttl: '7d' },
  accountOf: ({ email = '' }) => email,
});
const address: string | undefined = clientAddress({ hops: 1 })(new Headers(), undefined);
void [limiters, limited, address];

declare const queue: RateLimiterQueue;
declare const union: RateLimiterUnion;
declare const bursty: BurstyRateLimiter;
// @ts-expect-error counts nothing under a key that could be given back
limitLogins(login, { pair: queue });
// @ts-expect-error cannot take an attempt back
limitLogins(login, { pair: union });
// @ts-expect-error cannot take an attempt back
limitLogins(login, { pair: bursty });
// @ts-expect-error a misspelt limit
limitLogins(login, { pairs: memory });
// @ts-expect-error no object
limitLogins(login, { pair: 5 });
// @ts-expect-error no length of time
limitLogins(login, { pair: memory, account: memory, known: { limiter: memory, ttl: 'soon' } });
// @ts-expect-error the number of proxies is not to be guessed
clientAddress({});
