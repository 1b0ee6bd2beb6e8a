import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, RevocationListener, TokenStore } from '@tokenpair/core/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRevocationFeed } from '../../src/backends/revocation-feed.ts';
import { logIn, makeAuth } from '../support/auth.ts';
import { createClock, MINUTE, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';
import { spyStore } from '../support/spy-store.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'], now: 1_000_000 }),
);
afterEach(() => void vi.useRealTimers());

/** A store's feed in the hands of the test. */
function handFeed() {
  const watchers: RevocationListener[] = [];
  const closed = vi.fn(async () => undefined);
  let failure: Error | undefined;
  return {
    watchers,
    closed,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    tell: (...revoked: Revocation[]) => {
      for (const listener of watchers) listener(revoked);
    },
    watch: vi.fn(async (listener: RevocationListener) => {
      if (failure !== undefined) throw failure;
      watchers.push(listener);
      return { close: closed };
    }),
  };
}

const gone = (name: Partial<Revocation>, until = T0 + MINUTE): Revocation => ({
  ...name,
  at: T0,
  until,
  reason: 'logout',
});

function start() {
  const hand = handFeed();
  const clock = createClock();
  const changes: string[] = [];
  const failures: unknown[] = [];
  const feed = createRevocationFeed(hand, {
    clock,
    onFailure: (cause) => failures.push(cause),
    onChange: (state) => changes.push(state),
  });
  return { hand, clock, feed, changes, failures };
}

async function started() {
  const test = start();
  expect(test.feed.isRevoked({ session: 's' })).toBeUndefined();
  await vi.advanceTimersByTimeAsync(0);
  test.hand.tell();
  return test;
}

describe('the revocation feed', () => {
  it('cannot tell before it has caught up, and subscribes once', async () => {
    const { feed, hand, changes } = start();
    for (const _ of [1, 2, 3]) expect(feed.isRevoked({ session: 's', token: 't' })).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.isRevoked({ session: 's', token: 't' })).toBeUndefined();
    hand.tell();
    expect(feed.isRevoked({ session: 's', token: 't' })).toBe(false);
    expect(hand.watch).toHaveBeenCalledOnce();
    expect(changes).toEqual(['up']);
  });

  it('knows sessions and tokens by their own kind of id', async () => {
    const { feed, hand } = await started();
    hand.tell(gone({ session: 'a' }), gone({ token: 'b' }));
    const known = [
      { session: 'a' },
      { token: 'b' },
      { session: 'a', token: 'x' },
      { session: 'x', token: 'b' },
    ];
    for (const ids of known) expect(feed.isRevoked(ids)).toBe(true);
    for (const ids of [{ session: 'b' }, { token: 'a' }, {}]) expect(feed.isRevoked(ids)).toBe(false);
  });

  it('counts as down after three seconds of silence, and is up again at the next word', async () => {
    const { feed, hand, changes } = await started();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(feed.isRevoked({})).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.isRevoked({})).toBeUndefined();
    hand.tell(gone({ session: 'a' }));
    expect(feed.isRevoked({ session: 'a' })).toBe(true);
    expect(changes).toEqual(['up', 'down', 'up']);
  });

  it('tries again a second after a subscription that could not be made', async () => {
    const { feed, hand, failures } = start();
    hand.fail(new Error('no'));
    feed.isRevoked({});
    await vi.advanceTimersByTimeAsync(999);
    feed.isRevoked({});
    expect(hand.watch).toHaveBeenCalledOnce();
    hand.fail(undefined);
    await vi.advanceTimersByTimeAsync(1);
    feed.isRevoked({});
    await vi.advanceTimersByTimeAsync(0);
    hand.tell();
    expect(feed.isRevoked({})).toBe(false);
    expect(failures).toHaveLength(1);
  });

  it('lets go of what is over, and keeps the later of two ends', async () => {
    const { feed, hand, clock } = await started();
    hand.tell(
      gone({ session: 'a' }, T0 + 10),
      gone({ session: 'b' }, T0 + 20),
      gone({ session: 'b' }, T0 + 5),
    );
    clock.advance(10);
    await vi.advanceTimersByTimeAsync(10_001);
    hand.tell();
    expect([feed.isRevoked({ session: 'a' }), feed.isRevoked({ session: 'b' })]).toEqual([false, true]);
  });

  it('cannot tell while it would have to hold more than it may', async () => {
    const { feed, hand, clock, changes } = await started();
    for (let n = 0; n <= 500; n++) {
      hand.tell(...Array.from({ length: 1_000 }, (_, i) => gone({ session: `${n}.${i}` })));
    }
    expect(feed.isRevoked({ session: '0.0' })).toBeUndefined();
    clock.advance(MINUTE);
    await vi.advanceTimersByTimeAsync(10_001);
    hand.tell();
    expect(feed.isRevoked({ session: '0.0' })).toBe(false);
    expect(changes).toEqual(['up', 'down', 'up']);
  });

  it('starts when asked to, and is there when it can tell', async () => {
    const { feed, hand } = start();
    const done = vi.fn();
    const starting = feed.start().then(done);
    await vi.advanceTimersByTimeAsync(0);
    expect(done).not.toHaveBeenCalled();
    hand.tell();
    await starting;
    await feed.start();
    expect(hand.watch).toHaveBeenCalledOnce();
  });

  it('ends its subscription, and cannot tell from then on', async () => {
    const { feed, hand } = await started();
    await feed.close();
    expect(hand.closed).toHaveBeenCalledOnce();
    hand.tell(gone({ session: 'a' }));
    expect(feed.isRevoked({ session: 'a' })).toBeUndefined();
    expect(hand.watch).toHaveBeenCalledOnce();
  });

  it('closes when it never started, and after a subscription that could not be made', async () => {
    await start().feed.close();
    const { feed, hand } = start();
    hand.fail(new Error('no'));
    feed.isRevoked({});
    await expect(feed.close()).resolves.toBeUndefined();
  });
});

/** An auth whose store has the feed of the test's hand. */
async function guardedByFeed() {
  const hand = handFeed();
  const store = Object.assign(spyStore(), { watch: hand.watch });
  const test = makeAuth({ store, revocation: 'feed' });
  const pair = await logIn(test);
  const guard = test.auth.guard();
  store.calls.length = 0;
  const ask = () => guard(requestOf('GET', '/', { headers: [['Authorization', `Bearer ${pair.access}`]] }));
  return { ...test, store, hand, pair, ask };
}

describe('a guard by the feed', () => {
  it('asks the store until the feed can tell, and then nobody, at once', async () => {
    const { ask, hand, store } = await guardedByFeed();
    expect(await ask()).toMatchObject({ passed: true });
    expect(store.calls).toEqual(['isLive']);
    hand.tell();
    expect(ask()).toMatchObject({ passed: true });
    expect(store.calls).toEqual(['isLive']);
  });

  it('refuses what another process has revoked, and asks the store again while the feed is down', async () => {
    const { ask, hand, store, pair } = await guardedByFeed();
    await ask();
    hand.tell(gone({ session: pair.session.id }));
    expect(ask()).toMatchObject({ passed: false, error: { code: 'token_revoked' } });
    await vi.advanceTimersByTimeAsync(3_001);
    store.calls.length = 0;
    expect(await ask()).toMatchObject({ passed: true }); // the store was not told by this hand
    expect(store.calls).toEqual(['isLive']);
  });

  it('is 503 while the feed and the store are both away (I7)', async () => {
    const { ask, store } = await guardedByFeed();
    store.fail('throw');
    expect(await ask()).toMatchObject({ passed: false, error: { code: 'store_unavailable' } });
  });

  it('knows what its own process revokes without waiting for the way round', async () => {
    const { ask, auth, hand, pair } = await guardedByFeed();
    await ask();
    hand.tell();
    await auth.logout(pair.refresh);
    expect(ask()).toMatchObject({ passed: false, error: { code: 'token_revoked' } });
  });

  it('tells the store how long a token of what ends can be presented', async () => {
    const marks: unknown[] = [];
    const inner = memoryStore();
    const store: TokenStore = {
      ...inner,
      revoke: (target, mark) => {
        marks.push(mark.until);
        return inner.revoke(target, mark);
      },
    };
    const test = makeAuth({ store: spyStore(store) });
    await test.auth.logout((await logIn(test)).refresh);
    await test.auth.sessions.revokeAll('1');
    const until = T0 + 24 * 60 * MINUTE + 5_000 + 2_000; // access.maxLife, leeway, the store's time
    expect(marks).toEqual([until, until]);
  });

  it('is refused to a store without a feed when the auth is made', () => {
    expect(() => makeAuth({ store: spyStore(), revocation: 'feed' })).toThrow(
      'options.revocation \'feed\' cannot be had: the store "memory" has no feed (watch)',
    );
  });

  it('is told of as an event, and ready() waits for it no longer than the store may take', async () => {
    const { auth, events, hand } = await guardedByFeed();
    const ready = auth.ready();
    await vi.advanceTimersByTimeAsync(2_000);
    await ready;
    hand.tell();
    expect(events.filter(({ name }) => name === 'feed.changed')).toMatchObject([{ state: 'up' }]);
    await auth.close();
    expect(hand.closed).toHaveBeenCalledOnce();
    expect(await refusalOf(() => auth.refresh('x'))).toEqual(['token_not_valid', 401]);
  });
});
