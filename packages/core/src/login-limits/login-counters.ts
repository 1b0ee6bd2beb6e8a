import type { Counter } from './count-attempt.ts';
import type { ResolvedLoginLimits } from './login-limits-options.ts';

/** Who an attempt is about, and where it comes from. */
export interface LoginSubject {
  readonly account: string;
  /** `undefined` when the address cannot be read. */
  readonly network: string | undefined;
}

/** What all networks that cannot be told count as, together. */
const UNREADABLE = '';

/** The limiters in the order in which they are asked: those first that a stranger can use up for nobody else. */
export async function countersOf(
  { account: accounts, keyOf, network: networks, pair }: ResolvedLoginLimits,
  { account, network = UNREADABLE }: LoginSubject,
  isKnown: boolean,
): Promise<readonly Counter[]> {
  const counters = [
    networks && { limiter: networks, key: await keyOf('network', network) },
    pair && { limiter: pair, key: await keyOf('pair', account, network) },
    accounts && !isKnown && { limiter: accounts, key: await keyOf('account', account) },
  ];
  return counters.filter((counter) => typeof counter === 'object');
}
