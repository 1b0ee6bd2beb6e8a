import type { Meter, ObservableCallback } from '@opentelemetry/api';

type FeedState = 'up' | 'down';

/** Reports the state of the revocation feed at every collection, from its first change on. */
export interface FeedWatch {
  set(state: FeedState): void;
  stop(): void;
}

const STATES: readonly FeedState[] = ['up', 'down'];

/** As the conventions report states: each of them every time, 1 for the one that holds, so that the sum over nodes tells how many are in it. */
export function watchFeed(meter: Meter): FeedWatch {
  let current: FeedState | undefined;
  const status = meter.createObservableUpDownCounter('tokenpair.feed.status', {
    unit: '{feed}',
    description: 'Revocation feeds by state: 1 for the state that this one is in.',
  });
  const report: ObservableCallback = (result) => {
    if (current === undefined) return;
    for (const state of STATES) result.observe(state === current ? 1 : 0, { 'tokenpair.feed.state': state });
  };
  status.addCallback(report);
  return {
    set(state) {
      current = state;
    },
    stop: () => status.removeCallback(report),
  };
}
