import { createMac } from '#engine';
import { retryAfterSeconds } from '../backends/deadline.ts';
import { assertOptions } from '../config/check.ts';
import type { Mac } from '../engine/port.ts';
import { BackendUnavailableError, TokenRevokedError } from '../errors/errors.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { introspect } from './introspect.ts';
import { createIntrospectedTokens } from './introspected-tokens.ts';
import { type IntrospectionOptions, resolveIntrospection } from './introspection-options.ts';
import type { LiveCheck } from './live-check.ts';

/** The issuer's word on each token, for a service that cannot reach the issuer's store. */
export interface IntrospectionRevocation {
  readonly introspection: IntrospectionOptions;
  readonly store?: never;
  readonly by?: never;
}

/** @throws TypeError naming the option */
export function createIntrospectionLiveCheck(
  revocation: IntrospectionRevocation,
  name: string,
  clock: () => number,
): LiveCheck {
  assertOptions(revocation, name, ['introspection']);
  const settings = resolveIntrospection(revocation.introspection, `${name}.introspection`);
  const { cacheEntries: entries, cacheMs } = settings;
  const tokens = createIntrospectedTokens({ cacheMs, entries, now: createSteadyClock(clock) });
  let mac: Mac | undefined;

  /** Answers are found by a hash of the token under a key that nobody has: what is held here is good for nobody. Made late: workers have no random values while they load. */
  function idOf(token: string): MaybePromise<string> {
    mac ??= createMac(crypto.getRandomValues(new Uint8Array(32)), 'introspection');
    return mac(token);
  }

  async function ask(token: string): Promise<boolean> {
    try {
      return await introspect(settings, token);
    } catch (cause) {
      throw new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
    }
  }

  return Object.freeze({
    assert({ exp }, token) {
      const lifeMs = Number(exp) * 1000 - clock();
      const isActive = chain(idOf(token), (id) => tokens.isActive(id, lifeMs, () => ask(token)));
      return chain(isActive, (active) => {
        if (!active) throw new TokenRevokedError();
      });
    },
    close: async () => undefined,
  } satisfies LiveCheck);
}
