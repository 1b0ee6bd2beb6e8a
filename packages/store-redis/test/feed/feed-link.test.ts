import type { Revocation } from '@tokenpair/core/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SubscriberEvents } from '../../src/connection.ts';
import { openFeedLink } from '../../src/feed/feed-link.ts';
import type { BucketContent, FeedMessage, FeedSource } from '../../src/feed/feed-source.ts';
import { BUCKETS } from '../../src/keys.ts';
import { upTo } from '../support.ts';

/** A feed in memory, whose ways of failing can be chosen. */
function fakeFeed() {
  const buckets = new Map<number, BucketContent>();
  const state = { echoes: true, commands: true, subscribes: true, masters: true, open: 0, reads: 0 };
  let events: SubscriberEvents | undefined;

  const answer = async <T>(value: () => T): Promise<T> => {
    if (!state.commands) throw new Error('no command goes through');
    return value();
  };
  const contentOf = (bucket: number): BucketContent => buckets.get(bucket) ?? { version: '', entries: [] };
  const source: FeedSource = {
    channel: 'feed',
    assertMasters: () =>
      answer(() => {
        if (!state.masters) throw new Error('a replica');
      }),
    connection: {
      publish: (channel, text) =>
        answer(() => {
          if (state.echoes) events?.onMessage(channel, text);
        }),
      subscribe: (_channels, given) => {
        events = given;
        state.open += 1;
        let isOpen = true;
        return {
          ready: state.subscribes ? Promise.resolve() : new Promise(() => undefined),
          close: () => {
            state.open -= isOpen ? 1 : 0;
            isOpen = false;
          },
        };
      },
    },
    read: (which) =>
      answer(() => {
        state.reads += which.length;
        return which.map(contentOf);
      }),
    readVersions: (which) => answer(() => which.map((bucket) => contentOf(bucket).version)),
  };

  /** A step that enters a token into bucket 7; its message may be lost. */
  function revoke(token: string, { lost = false, silent = false } = {}): void {
    const before = contentOf(7);
    const entry: Revocation = { token, at: 1, until: 2, reason: 'revoked' };
    const after = { version: `after-${token}`, entries: [...before.entries, entry] };
    buckets.set(7, after);
    const message: FeedMessage = {
      bucket: 7,
      before: before.version,
      version: after.version,
      entries: silent ? null : [entry],
    };
    if (!lost) events?.onMessage('feed', JSON.stringify(message));
  }

  return {
    source,
    state,
    revoke,
    end: () => events?.onEnd(),
    say: (text: string) => events?.onMessage('feed', text),
  };
}

describe('a link to the feed', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function opened() {
    const feed = fakeFeed();
    const calls: (string | undefined)[][] = [];
    const onFault = vi.fn();
    feed.revoke('first');
    const listener = (revoked: readonly Revocation[]) => calls.push(revoked.map(({ token }) => token));
    const link = await openFeedLink(feed.source, listener, onFault);
    return { ...feed, calls, onFault, link };
  }

  it('calls once when it has everything in force, then at least every second', async () => {
    const { calls, state } = await opened();
    expect(calls).toEqual([['first']]);
    for (const seconds of upTo(5)) {
      expect(calls.length).toBeGreaterThan(seconds);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(calls.flat()).toEqual(['first']);
    expect(state.reads).toBe(BUCKETS); // the comparison reads nothing that has not changed
  });

  it('hands on at once what follows on from what it knows, without reading', async () => {
    const { calls, revoke, state } = await opened();
    revoke('second');
    expect(calls).toEqual([['first'], ['second']]);
    expect(state.reads).toBe(BUCKETS);
  });

  it('reads the bucket when a message was lost before, or says that there is more', async () => {
    const { calls, revoke } = await opened();
    revoke('second', { lost: true });
    revoke('third');
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.flat()).toEqual(['first', 'first', 'second', 'third']);
    revoke('fourth', { silent: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.at(-1)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('finds what no message told within a second', async () => {
    const { calls, revoke } = await opened();
    revoke('second', { lost: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls.flat()).toContain('second');
  });

  it.each([
    ['its own messages do not come back', { echoes: false }],
    ['commands do not go through', { commands: false }],
    ['its server has become a replica', { masters: false }],
  ])('says nothing more and fails once when %s', async (_, fault) => {
    const { calls, onFault, revoke, state } = await opened();
    Object.assign(state, fault);
    await vi.advanceTimersByTimeAsync(1_001);
    revoke('late'); // what comes now is no proof of the rest
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toEqual([['first']]);
    expect(onFault).toHaveBeenCalledTimes(1);
    expect(state.open).toBe(0);
  });

  it.each([
    'hello',
    '',
    'null',
    '[]',
    '{"bucket":"1"}',
    '{"bucket":1,"before":"","version":"x","entries":1}',
  ])('is not harmed by what somebody else says on its channel: %s', async (text) => {
    const { calls, onFault, say, revoke } = await opened();
    say(text);
    revoke('second');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onFault).not.toHaveBeenCalled();
    expect(calls.flat()).toContain('second');
  });

  it('fails once when its connection ends', async () => {
    const { end, onFault, state, revoke, calls } = await opened();
    end();
    end();
    revoke('late');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onFault).toHaveBeenCalledTimes(1);
    expect([state.open, calls.length]).toEqual([0, 1]);
  });

  it('says nothing and tells no fault once it is closed', async () => {
    const { link, end, onFault, state, revoke, calls } = await opened();
    link.close();
    revoke('late');
    end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([state.open, calls.length, onFault.mock.calls.length]).toEqual([0, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['is never confirmed', { subscribes: false }],
    ['brings nothing back', { echoes: false }],
  ])('is not opened when the subscription %s', async (_, fault) => {
    const { source, state } = fakeFeed();
    Object.assign(state, fault);
    const [listener, onFault] = [vi.fn(), vi.fn()];
    const refused = expect(openFeedLink(source, listener, onFault)).rejects.toMatchObject({
      code: 'feed_unavailable',
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
    expect([state.open, vi.getTimerCount()]).toEqual([0, 0]);
    expect(listener).not.toHaveBeenCalled();
    expect(onFault).not.toHaveBeenCalled();
  });

  it('is not opened, and tells no fault, when the connection ends meanwhile', async () => {
    const { source, state, end } = fakeFeed();
    state.subscribes = false;
    const onFault = vi.fn();
    const refused = expect(openFeedLink(source, vi.fn(), onFault)).rejects.toMatchObject({
      code: 'feed_unavailable',
    });
    await vi.advanceTimersByTimeAsync(10);
    end();
    await refused;
    expect([state.open, onFault.mock.calls.length]).toEqual([0, 0]);
  });

  it('does not subscribe where commands do not go through', async () => {
    const { source, state } = fakeFeed();
    state.commands = false;
    const subscribe = vi.spyOn(source.connection, 'subscribe');
    await expect(openFeedLink(source, vi.fn(), vi.fn())).rejects.toThrow('no command');
    expect(subscribe).not.toHaveBeenCalled();
  });
});
