import { LIMITS } from './costs.ts';
import { createFeedModel } from './feed-model.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';

/** One tick of the day, in all of the service unless it says otherwise; rates a second. */
export interface Tick {
  readonly requests: number;
  readonly refreshes: number;
  readonly refused: number;
  readonly storeCalls: number;
  readonly logouts: number;
  readonly heardByNode: number;
  readonly rereadByNode: number;
  readonly feedBytesOfNode: number;
  readonly isFeedDown: boolean;
}

export interface Day {
  readonly ticks: readonly Tick[];
  /** Entries that no node heard since its feed was down until they were over, or until the day's end. */
  readonly unheard: number;
}

export const TICK_SECONDS = 10;
const DAY_SECONDS = 86_400;
const TICKS = DAY_SECONDS / TICK_SECONDS;
const QUIETEST_HOUR = 4;
/** The incidents meet the busy time, one after the other. */
const MASS_LOGOUT_HOUR = 15;
const FAILOVER_HOUR = 18;

/**
 * A day of the service, in ticks of 10 s, after a day without incidents that fills the feed. Logins make up for the records that end. A refresh
 * that is refused is asked again in the next tick; a store that has more to do than it can is not slowed down.
 */
export function simulateDay(scenario: Scenario): Day {
  const random = createRandom(scenario.seed);
  const feed = createFeedModel(TICK_SECONDS, scenario.accessMaxLife + LIMITS.beyondLifeSeconds);
  const live = scenario.sessions * (1 - scenario.logoutShare);
  const loginsADay = (scenario.sessions * DAY_SECONDS) / (scenario.sessionTtl + LIMITS.afterEndSeconds);
  const ticks: Tick[] = [];
  let unheardBefore = 0;
  let waiting = 0;

  for (let at = -TICKS; at < TICKS; at += 1) {
    if (at === 0) unheardBefore = feed.unheard();
    const second = at * TICK_SECONDS;
    const active = live * activity(scenario, second);
    const logins = random.count((loginsADay * weight(scenario, second)) / TICKS);
    const logouts =
      random.count((loginsADay * scenario.logoutShare * weight(scenario, second)) / TICKS) +
      Math.round(live * scenario.massLogoutShare * massLogout(scenario, second));
    const due = random.count((active * TICK_SECONDS) / scenario.accessTtl) + waiting;
    const requests = random.count((active * TICK_SECONDS) / scenario.requestEvery);
    const isAway = within(second, FAILOVER_HOUR, scenario.failoverSeconds) > 0;
    const { heard, reread, held, isDown } = feed.step(logouts, isAway);
    waiting = isAway ? Math.round(due / scenario.storeNodes) : 0;
    if (at < 0) continue;
    ticks.push({
      requests: requests / TICK_SECONDS,
      refreshes: (due - waiting) / TICK_SECONDS,
      refused: waiting / TICK_SECONDS,
      storeCalls: (due + logins + logouts + (isDown ? requests : 0)) / TICK_SECONDS,
      logouts: logouts / TICK_SECONDS,
      heardByNode: heard / TICK_SECONDS,
      rereadByNode: reread / TICK_SECONDS,
      feedBytesOfNode: held * LIMITS.bytesPerId,
      isFeedDown: isDown,
    });
  }
  return { ticks, unheard: feed.unheard() - unheardBefore };
}

/** Which share of the sessions is in use: a wave, with its bottom at night. */
function activity({ activeLeast, activeMost }: Scenario, second: number): number {
  const angle = (2 * Math.PI * (second / 3_600 - QUIETEST_HOUR)) / 24;
  return activeLeast + (activeMost - activeLeast) * (0.5 - 0.5 * Math.cos(angle));
}

/** How busy it is against the day's average. */
function weight(scenario: Scenario, second: number): number {
  return activity(scenario, second) / ((scenario.activeLeast + scenario.activeMost) / 2);
}

/** Which share of the mass logout falls into this tick. */
function massLogout({ massLogoutSeconds }: Scenario, second: number): number {
  return (within(second, MASS_LOGOUT_HOUR, massLogoutSeconds) * TICK_SECONDS) / massLogoutSeconds;
}

/** Which share of this tick lies in a time that begins at an hour. */
function within(second: number, hour: number, seconds: number): number {
  const begun = second - hour * 3_600;
  return begun < 0 ? 0 : Math.min(1, Math.max(0, (seconds - begun) / TICK_SECONDS));
}
