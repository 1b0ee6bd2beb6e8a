import { LIMITS } from './costs.ts';

/** What the feeds of all nodes do in one tick; they all do the same. Entries of one node. */
export interface FeedTick {
  /** Heard for the first time. */
  readonly heard: number;
  /** Read again, with everything that is in force. */
  readonly reread: number;
  /** Held in memory at the end. */
  readonly held: number;
  /** Guards ask the store. */
  readonly isDown: boolean;
}

export interface FeedModel {
  /** Lets one tick pass. While the store `isAway` a feed hears nothing. */
  step(logouts: number, isAway: boolean): FeedTick;
  /** Entries that were over, or are not heard yet, because the feed was down. */
  unheard(): number;
}

/** A feed whose entries are in force for a time, and which gives up above the limit as core's does. */
export function createFeedModel(tickSeconds: number, holdSeconds: number): FeedModel {
  const holdTicks = Math.ceil(holdSeconds / tickSeconds);
  const retryTicks = Math.ceil(LIMITS.retrySeconds / tickSeconds);
  const inForce: number[] = [];
  let inForceSum = 0;
  let missed = 0; // since the feed went down
  let lost = 0; // were over before it was up again
  let isUp = true;
  let retryIn = 0;

  function enter(logouts: number): void {
    inForce.push(logouts);
    inForceSum += logouts;
    if (inForce.length > holdTicks) inForceSum -= inForce.shift() ?? 0;
  }

  function goDown(ticks: number): void {
    isUp = false;
    retryIn = ticks;
  }

  function hearing(logouts: number): FeedTick {
    if (inForceSum <= LIMITS.ids) return { heard: logouts, reread: 0, held: inForceSum, isDown: false };
    goDown(retryTicks);
    missed = 0; // it heard them, and let them go
    return { heard: logouts, reread: 0, held: LIMITS.ids, isDown: true };
  }

  function subscribing(): FeedTick {
    const reread = inForceSum;
    if (inForceSum > LIMITS.ids) {
      goDown(retryTicks);
      return { heard: 0, reread, held: LIMITS.ids, isDown: true };
    }
    const heard = Math.min(missed, inForceSum);
    lost += missed - heard;
    missed = 0;
    isUp = true;
    return { heard, reread: reread - heard, held: inForceSum, isDown: false };
  }

  return {
    step(logouts, isAway) {
      enter(logouts);
      if (isAway) goDown(0);
      if (isUp) return hearing(logouts);
      missed += logouts;
      if (isAway || retryIn > 0) {
        retryIn -= 1;
        return { heard: 0, reread: 0, held: 0, isDown: true };
      }
      return subscribing();
    },
    unheard: () => lost + missed,
  };
}
