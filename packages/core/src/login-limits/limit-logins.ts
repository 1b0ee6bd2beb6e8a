import { assertFunction, invalidType } from '../config/check.ts';
import type { LoginHook } from '../config/hooks.ts';
import { AuthError } from '../errors/auth-error.ts';
import { countAttempt } from './count-attempt.ts';
import { parseIpAddress, toNetwork } from './ip-address.ts';
import { countersOf, type LoginSubject } from './login-counters.ts';
import { type LoginLimits, resolveLoginLimits } from './login-limits-options.ts';

/**
 * Puts limits around an app's `login` hook. An attempt counts before the password is looked at, and is given back when it was right, so that parallel
 * ones cannot slip through together. One too many is 429 `rate_limited` with `Retry-After`, the longest of all waits, and the hook is not asked;
 * limiters know accounts by name alone, so it is the same for accounts that are there and that are not.
 *
 * A limiter that fails is a failing hook: 503 `backend_unavailable`. Give it an `insuranceLimiter` to go on without its backend. An attempt that
 * ended without a verdict, because the hook itself failed, is given back; an `AuthError` of the hook below 500 counts, but for a `rate_limited`. What
 * the limiters take is part of the hook's `hookTimeoutMs`.
 *
 * Limiters see keys of 43 characters and neither names nor addresses, so they may share a backend.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for wrong or unknown options.
 * @example
 * import { limitLogins } from '@tokenpair/core/login-limits';
 * import { RateLimiterMemory } from 'rate-limiter-flexible';
 *
 * const login = limitLogins(checkPassword, {
 *   network: new RateLimiterMemory({ keyPrefix: 'network', points: 100, duration: 900 }),
 *   pair: new RateLimiterMemory({ keyPrefix: 'pair', points: 5, duration: 900 }),
 * });
 */
export function limitLogins(login: LoginHook, limits: LoginLimits): LoginHook {
  assertFunction(login, 'login');
  const resolved = resolveLoginLimits(limits);
  const { accountOf, known, keyOf, prefixes } = resolved;

  function networkOf(ip = ''): string | undefined {
    const address = parseIpAddress(ip);
    return address && toNetwork(address, prefixes[address.version]);
  }

  /** Nobody is known by an address that cannot be read: many share it. */
  async function knownKeyOf({ account, network }: LoginSubject): Promise<string | undefined> {
    return known === undefined || network === undefined ? undefined : keyOf('known', account, network);
  }

  return async (credentials, client) => {
    const subject = { account: textOf(accountOf(credentials)), network: networkOf(client.ip) };
    const knownKey = await knownKeyOf(subject);
    const isKnown = knownKey !== undefined && ((await known?.limiter.get(knownKey)) ?? null) !== null;
    const attempt = await countAttempt(await countersOf(resolved, subject, isKnown));
    let result: Awaited<ReturnType<LoginHook>>;
    try {
      result = await login(credentials, client);
    } catch (error) {
      if (!isVerdict(error)) await attempt.giveBack();
      throw error;
    }
    if (result === undefined || result === null) return result;
    await attempt.giveBack();
    if (known !== undefined && knownKey !== undefined) await known.remember(knownKey);
    return result;
  };
}

/** Whether an error says that the credentials were refused, and not that nobody looked at them. */
function isVerdict(error: unknown): boolean {
  return error instanceof AuthError && error.status < 500 && error.code !== 'rate_limited';
}

/** One shared name for what an app's function leaves out would lock out everybody. */
function textOf(account: unknown): string {
  if (typeof account !== 'string') throw invalidType('limits.accountOf must give a string');
  return account;
}
