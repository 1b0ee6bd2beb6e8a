import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, RevocationListener, TokenStore } from '@tokenpair/core/store';
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { createRevocationFeed } from '../../src/backends/revocation-feed.ts';
import { type AuthTestOptions, logIn, makeAuth } from '../support/auth.ts';
import { createClock, MINUTE, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, requestOf } from '../support/requests.ts';
import { spyStore } from '../support/spy-store.ts';
import { decode } from '../support/tokens.ts';

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
    /** A call that gives an old proof. */
    tellAsOf: (asOf: number, ...revoked: Revocation[]) => {
      for (const listener of watchers) listener(revoked, asOf);
    },
    fail: (error: Error | undefined) => {
      failure = error;
    },
    tell: (...revoked: Revocation[]) => {
      for (const listener of watchers) listener(revoked, performance.now());
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
    clock: () => clock() + performance.now(),
    timeoutMs: 500,
    longestMs: 2 * MINUTE,
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

  it('counts silence from the proof and not from the call', async () => {
    const { feed, hand } = await started();
    const proven = performance.now();
    await vi.advanceTimersByTimeAsync(2_000);
    hand.tellAsOf(proven, gone({ session: 'a' }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.isRevoked({ session: 'a' })).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.isRevoked({ session: 'a' })).toBeUndefined();
    hand.tellAsOf(proven);
    expect(feed.isRevoked({ session: 'a' })).toBeUndefined();
    hand.tell();
    expect(feed.isRevoked({ session: 'a' })).toBe(true);
  });

  it('counts silence by the wall clock too: the other one stands still in a suspended machine', async () => {
    const { feed, hand, clock } = await started();
    clock.advance(2_990);
    expect(feed.isRevoked({})).toBe(false);
    clock.advance(20);
    expect(feed.isRevoked({})).toBeUndefined();
    hand.tell(); // with the proof of before
    expect(feed.isRevoked({})).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    hand.tell();
    expect(feed.isRevoked({})).toBe(false);
  });

  it('lets go of what is over, and keeps the later of two ends', async () => {
    const { feed, hand } = await started();
    const now = T0 + performance.now();
    hand.tell(
      gone({ session: 'a' }, now + 10),
      gone({ session: 'b' }, now + 20_000),
      gone({ session: 'b' }, now + 5),
    );
    await vi.advanceTimersByTimeAsync(10_001);
    hand.tell(gone({ session: 'c' }, now + 20_000));
    expect(['a', 'b', 'c'].map((session) => feed.isRevoked({ session }))).toEqual([false, true, true]);
  });

  it('keeps what is in force when the clock is set ahead and back', async () => {
    const { feed, hand, clock } = await started();
    hand.tell(gone({ session: 'a' }, T0 + performance.now() + 60_000));
    clock.advance(25 * 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(10_001);
    hand.tell(gone({ session: 'b' }));
    clock.advance(-25 * 60 * MINUTE);
    hand.tell();
    expect(feed.isRevoked({ session: 'a' })).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 'never' as unknown as number, 1e18])(
    'holds nothing for longer than a token lives, and as long as that for an end of %s',
    async (until) => {
      const { feed, hand } = await started();
      hand.tell(gone({ token: 'a' }, until));
      expect(feed.isRevoked({ token: 'a' })).toBe(true);
      await vi.advanceTimersByTimeAsync(2 * MINUTE - 1);
      hand.tell(gone({ session: 'x' }));
      expect(feed.isRevoked({ token: 'a' })).toBe(true);
      await vi.advanceTimersByTimeAsync(10_001);
      hand.tell(gone({ session: 'x' }));
      expect(feed.isRevoked({ token: 'a' })).toBe(false);
    },
  );

  it('gives up where more is in force than it may hold, lets all go, and asks for all anew after a minute', async () => {
    const { feed, hand, failures, changes } = await started();
    for (let n = 0; n <= 500; n++) {
      hand.tell(...Array.from({ length: 1_000 }, (_, i) => gone({ session: `${n}.${i}` })));
    }
    expect(feed.isRevoked({ session: '0.0' })).toBeUndefined();
    expect([failures.length, hand.watch.mock.calls.length]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(0);
    expect(hand.closed).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(59_999);
    feed.isRevoked({});
    expect(hand.watch).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1);
    feed.isRevoked({});
    await vi.advanceTimersByTimeAsync(0);
    hand.tell(gone({ session: '0.0' }));
    expect(feed.isRevoked({ session: '0.0' })).toBe(true);
    expect(changes).toEqual(['up', 'down', 'up']);
  });

  it('takes no notes while it is down, so that it cannot be filled', async () => {
    const { feed, hand } = start();
    feed.note(gone({ session: 'a' }));
    feed.isRevoked({});
    await vi.advanceTimersByTimeAsync(0);
    hand.tell();
    expect(feed.isRevoked({ session: 'a' })).toBe(false);
  });

  it('tries again after a subscription that hangs or throws at once, and closes one that comes late', async () => {
    const { feed, hand, failures } = start();
    let give: ((watch: { close: Mock<() => Promise<undefined>> }) => void) | undefined;
    hand.watch.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    hand.watch.mockImplementationOnce(() => {
      throw new Error('no');
    });
    expect(feed.isRevoked({})).toBeUndefined();
    await vi.advanceTimersByTimeAsync(500);
    expect(failures).toHaveLength(1);
    const late = vi.fn(async () => undefined);
    give?.({ close: late });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(late).toHaveBeenCalled();
    expect(feed.isRevoked({})).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(failures).toHaveLength(2);
    feed.isRevoked({});
    await vi.advanceTimersByTimeAsync(0);
    hand.tell();
    expect(feed.isRevoked({})).toBe(false);
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

  it('does not start again once it is closed', async () => {
    const { feed, hand } = start();
    await feed.close();
    feed.isRevoked({});
    await feed.start();
    expect(hand.watch).not.toHaveBeenCalled();
  });

  it('closes in time where the store does not, or fails to', async () => {
    for (const close of [
      () => new Promise<undefined>(() => {}),
      async () => Promise.reject(new Error('no')),
    ]) {
      const { feed, hand } = await started();
      hand.closed.mockImplementationOnce(close);
      const closing = feed.close();
      await vi.advanceTimersByTimeAsync(500);
      await closing;
    }
    const { feed, hand } = start();
    hand.watch.mockImplementationOnce(() => new Promise(() => {}));
    const starting = feed.start().catch(() => undefined);
    const closing = feed.close();
    await vi.advanceTimersByTimeAsync(500);
    await Promise.all([closing, starting]);
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
async function guardedByFeed(options: AuthTestOptions = {}) {
  const hand = handFeed();
  const store = Object.assign(spyStore(), { watch: hand.watch });
  const test = makeAuth({ store, revocation: 'feed', ...options });
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

  it('knows of its own what it ends by subject, and by the id of a token', async () => {
    const test = await guardedByFeed();
    const { auth, users, hand, ask } = test;
    await ask();
    hand.tell();
    const others = await Promise.all([logIn(test), logIn(test)]);
    await auth.sessions.revokeAll('1', { except: test.pair.session.id });
    expect(ask()).toMatchObject({ passed: true });
    const guard = auth.guard();
    const by = (token: string) =>
      guard(requestOf('GET', '/', { headers: [['Authorization', `Bearer ${token}`]] }));
    for (const other of others)
      expect(by(other.access)).toMatchObject({ passed: false, error: { code: 'token_revoked' } });
    expect(users.size).toBe(2);
    hand.tell(gone({ token: String(decode(test.pair.access).claims['jti']) }, T0 + 1e9));
    expect(ask()).toMatchObject({ passed: false, error: { code: 'token_revoked' } });
  });

  it('is not told of what the store did not end: an id in a request may be anybody’s', async () => {
    const test = await guardedByFeed();
    await test.ask();
    test.hand.tell();
    const ref = { id: test.pair.session.id, subject: '2' };
    expect(await test.auth.sessions.revoke(ref)).toBe(false);
    expect(test.ask()).toMatchObject({ passed: true });
  });

  it('is told at once of an access token that /revoke has blacklisted', async () => {
    const test = await guardedByFeed({ authenticateClient: () => true });
    await test.ask();
    test.hand.tell();
    expect((await test.auth.handle(jsonRequest('/revoke', { token: test.pair.access })))?.status).toBe(200);
    expect(test.ask()).toMatchObject({ passed: false, error: { code: 'token_revoked' } });
  });

  it('tells the store how long a token of what ends can be presented', async () => {
    const marks: unknown[] = [];
    const inner = memoryStore();
    const store: TokenStore = {
      ...inner,
      create: (session, rule) => {
        marks.push(rule.until);
        return inner.create(session, rule);
      },
      revoke: (target, mark) => {
        marks.push(mark.until);
        return inner.revoke(target, mark);
      },
    };
    const test = makeAuth({ store: spyStore(store) });
    await test.auth.logout((await logIn(test)).refresh);
    await test.auth.sessions.revokeAll('1');
    // access.maxLife, the greatest leeway, clockSkew, the store's time
    const until = T0 + 24 * 60 * MINUTE + MINUTE + MINUTE + 2_000;
    expect(marks).toEqual([until, until, until]);
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
