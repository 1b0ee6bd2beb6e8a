import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, RevocationListener } from '@tokenpair/core/store';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AuthTestOptions, logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { DAY, MINUTE, T0 } from '../support/clock.ts';
import { spyStore } from '../support/spy-store.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'], now: 1_000_000 }),
);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** An auth with a login that is watched; `told` counts the calls. */
async function watching(options: AuthTestOptions = {}) {
  const test = makeAuth(options);
  onTestFinished(() => test.auth.close());
  const { ref, refresh } = await logIn(test);
  const told = vi.fn();
  const stop = test.auth.onRevoked({ subject: ref.subject, session: ref.id }, told);
  test.store.calls.length = 0;
  return { ...test, ref, refresh, told, stop };
}

/** Another process on the same store: nothing of this one hears of it. */
const elsewhere = ({ store, clock }: TestAuth, ref: { id: string; subject: string }) =>
  store.revoke(ref, { at: clock(), reason: 'logout' });

describe('onRevoked', () => {
  it('tells once, within ten seconds, that another process ended a session', async () => {
    const test = await watching();
    await elsewhere(test, test.ref);
    await pass(9_000);
    expect(test.told).not.toHaveBeenCalled();
    await pass(2_000);
    expect(test.told).toHaveBeenCalledExactlyOnceWith();
    await pass(60_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it.each<[string, (test: Awaited<ReturnType<typeof watching>>) => unknown]>([
    ['a logout', ({ auth, refresh }) => auth.logout(refresh)],
    ['the end of one session', ({ auth, ref }) => auth.sessions.revoke(ref)],
    ['the end of all sessions', ({ auth }) => auth.sessions.revokeAll('1')],
  ])('tells at once of %s by this process', async (_what, act) => {
    const test = await watching();
    await act(test);
    await pass(0);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('leaves a session alone that is kept when the others end', async () => {
    const test = await watching();
    const other = await logIn(test);
    const kept = vi.fn();
    test.auth.onRevoked({ subject: '1', session: other.ref.id }, kept);
    await test.auth.sessions.revokeAll('1', { except: other.ref.id });
    await pass(60_000);
    expect(test.told).toHaveBeenCalledOnce();
    expect(kept).not.toHaveBeenCalled();
  });

  it('does not tell of another session or another user', async () => {
    const test = await watching();
    const other = await logIn(test);
    const stranger = await logIn(test, '2');
    await test.auth.logout(other.refresh);
    await test.auth.sessions.revokeAll(stranger.ref.subject);
    await pass(0);
    expect(test.store.calls).not.toContain('isLive');
    await pass(60_000);
    expect(test.told).not.toHaveBeenCalled();
  });

  it('tells of the absolute end', async () => {
    const test = await watching();
    test.clock.advance(31 * DAY);
    await pass(11_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('tells of a session that had ended before it was watched', async () => {
    const test = makeAuth();
    onTestFinished(() => test.auth.close());
    const { ref, refresh } = await logIn(test);
    await test.auth.logout(refresh);
    const told = vi.fn();
    test.auth.onRevoked({ subject: '1', session: ref.id }, told);
    expect(told).not.toHaveBeenCalled();
    await pass(11_000);
    expect(told).toHaveBeenCalledOnce();
  });

  it('asks once for a session, however many listen, and tells them all', async () => {
    const test = await watching();
    const more = [vi.fn(), vi.fn()];
    for (const told of more) test.auth.onRevoked({ subject: '1', session: test.ref.id }, told);
    await pass(10_000);
    expect(test.store.calls).toEqual(['isLive']);
    test.store.calls.length = 0;
    await test.auth.sessions.revokeAll('1');
    await pass(0);
    expect(test.store.calls.filter((call) => call === 'isLive')).toHaveLength(1);
    for (const told of [test.told, ...more]) expect(told).toHaveBeenCalledOnce();
  });

  it('may be given one function twice, and stopped once', async () => {
    const test = await watching();
    test.auth.onRevoked({ subject: '1', session: test.ref.id }, test.told);
    test.stop();
    test.stop();
    await test.auth.logout(test.refresh);
    await pass(1_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('asks nothing when nobody listens any more', async () => {
    const test = await watching();
    test.stop();
    await pass(60_000);
    await test.auth.logout(test.refresh);
    await pass(60_000);
    expect(test.store.calls).not.toContain('isLive');
    expect(test.told).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks nothing and tells nobody after close()', async () => {
    const test = await watching();
    await test.auth.close();
    expect(vi.getTimerCount()).toBe(0);
    const late = vi.fn();
    test.auth.onRevoked({ subject: '1', session: test.ref.id }, late);
    expect(vi.getTimerCount()).toBe(0);
    await test.auth.sessions.revokeAll('1');
    await pass(60_000);
    expect(test.names()).toContain('session.revoked');
    expect(test.store.calls).not.toContain('isLive');
    expect(test.told).not.toHaveBeenCalled();
    expect(late).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('survives a listener that throws or rejects, and tells the next', async () => {
    const test = makeAuth();
    onTestFinished(() => test.auth.close());
    const { ref, refresh } = await logIn(test);
    const session = { subject: '1', session: ref.id };
    const told = vi.fn();
    test.auth.onRevoked(session, () => {
      throw new Error('mine');
    });
    test.auth.onRevoked(session, async () => {
      throw new Error('mine');
    });
    test.auth.onRevoked(session, told);
    await test.auth.logout(refresh);
    await pass(0);
    expect(told).toHaveBeenCalledOnce();
  });

  it.each([
    [{}],
    [{ subject: '1' }],
    [{ subject: '', session: 'x' }],
    [{ subject: '1', session: 1 }],
    [null],
  ])('refuses %j, which names no session', (session) => {
    const { auth } = makeAuth();
    expect(() => auth.onRevoked(session as never, () => undefined)).toThrow(TypeError);
  });

  it('refuses what is no listener', () => {
    const { auth } = makeAuth();
    expect(() => auth.onRevoked({ subject: '1', session: 'x' }, 'close' as never)).toThrow(/listener/);
  });
});

describe('onRevoked and a store that is away', () => {
  it('tells nobody, asks little, and tells when the store is back', async () => {
    const test = await watching();
    for (let count = 0; count < 100; count++)
      test.auth.onRevoked({ subject: '1', session: `other-${count}` }, () => undefined);
    await elsewhere(test, test.ref);
    test.store.calls.length = 0;
    test.store.fail('throw', 'isLive');
    await pass(61_000);
    expect(test.told).not.toHaveBeenCalled();
    expect(test.store.calls.length).toBeLessThanOrEqual(6 * 16);
    test.store.heal();
    await pass(12_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('holds with one that is silent', async () => {
    const test = await watching();
    await elsewhere(test, test.ref);
    test.store.fail('hang', 'isLive');
    await pass(30_000);
    expect(test.told).not.toHaveBeenCalled();
    test.store.heal();
    await pass(15_000);
    expect(test.told).toHaveBeenCalledOnce();
  });
});

describe('onRevoked and many sessions', () => {
  it('asks at most 16 at once', async () => {
    const test = makeAuth();
    onTestFinished(() => test.auth.close());
    let asking = 0;
    let most = 0;
    const isLive = vi.spyOn(test.store, 'isLive').mockImplementation(async () => {
      most = Math.max(most, ++asking);
      await new Promise((resolve) => setTimeout(resolve, 10));
      asking -= 1;
      return true;
    });
    const { auth } = makeAuth({ store: test.store, clock: test.clock });
    onTestFinished(() => auth.close());
    for (let count = 0; count < 100; count++)
      auth.onRevoked({ subject: '1', session: `s${count}` }, () => undefined);
    await pass(11_000);
    expect(isLive).toHaveBeenCalledTimes(100);
    expect(most).toBe(16);
  });

  /** Holds the next question's answer back, as it was at its time; the function lets it go. */
  function hold({ store }: TestAuth): () => void {
    const held: (() => void)[] = [];
    store.after('isLive', () => new Promise<void>((resolve) => held.push(resolve)));
    return () => held[0]?.();
  }

  it('asks again about a session that ended while it was asked about', async () => {
    const test = await watching();
    const letGo = hold(test);
    await pass(10_000);
    expect(test.store.calls).toEqual(['isLive']);
    await test.auth.logout(test.refresh);
    await pass(0);
    expect(test.told).toHaveBeenCalledOnce();
    letGo();
    await pass(0);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('tells once where two questions have the same answer', async () => {
    const test = await watching();
    await elsewhere(test, test.ref);
    const letGo = hold(test);
    await pass(10_000);
    await test.auth.sessions.revokeAll('1');
    await logIn(test);
    await test.auth.sessions.revokeAll('1'); // one ended, so it is asked who was meant
    await pass(0);
    letGo();
    await pass(0);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('tells nobody who has stopped while it was asked', async () => {
    const test = await watching();
    await elsewhere(test, test.ref);
    const letGo = hold(test);
    await pass(10_000);
    test.stop();
    letGo();
    await pass(0);
    expect(test.told).not.toHaveBeenCalled();
  });

  it('starts no second round while one is under way', async () => {
    const test = await watching();
    const letGo = hold(test);
    await pass(1_000);
    test.auth.onRevoked({ subject: '1', session: 'another' }, () => undefined);
    await pass(10_500);
    expect(test.store.calls).toEqual(['isLive']);
    letGo();
    await pass(1_000);
    expect(test.store.calls).toEqual(['isLive', 'isLive']);
  });
});

describe('onRevoked with a feed', () => {
  /** The feed of a store in the hands of the test. */
  function handStore() {
    const listeners: RevocationListener[] = [];
    const watch = async (listener: RevocationListener) => {
      listeners.push(listener);
      listener([], performance.now());
      return { close: async () => undefined };
    };
    const tell = (...revoked: readonly Revocation[]): void => {
      for (const listener of listeners) listener(revoked, performance.now());
    };
    return { store: Object.assign(spyStore(memoryStore()), { watch }), tell };
  }

  async function fed() {
    const hand = handStore();
    const test = await watching({ store: hand.store, revocation: 'feed' });
    await test.auth.ready();
    const beat = setInterval(() => hand.tell(), 500);
    onTestFinished(() => clearInterval(beat));
    const gone: Revocation = { session: test.ref.id, at: T0, until: T0 + 10 * MINUTE, reason: 'logout' };
    return { ...test, ...hand, gone, silence: () => clearInterval(beat) };
  }

  beforeEach(() => {
    vi.useRealTimers();
    vi.useFakeTimers({
      toFake: ['performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
      now: 1_000_000,
    });
  });

  it('tells within a second of what the feed says, and asks nothing meanwhile', async () => {
    const test = await fed();
    await pass(120_000);
    expect(test.told).not.toHaveBeenCalled();
    test.tell(test.gone);
    await pass(1_000);
    expect(test.told).toHaveBeenCalledOnce();
    expect(test.store.calls).not.toContain('isLive');
  });

  it('tells at once of what this process ends', async () => {
    const test = await fed();
    await test.auth.logout(test.refresh);
    await pass(0);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('asks the store each 5 minutes all the same: an absolute end is in no feed', async () => {
    const test = await fed();
    test.clock.advance(31 * DAY);
    await pass(290_000);
    expect(test.told).not.toHaveBeenCalled();
    await pass(12_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('asks again 10 s after a question that failed', async () => {
    const test = await fed();
    await elsewhere(test, test.ref);
    test.store.fail('throw', 'isLive', 1);
    await pass(301_000);
    expect(test.told).not.toHaveBeenCalled();
    await pass(11_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('hears the feed while the store is silent', async () => {
    const test = await fed();
    test.auth.onRevoked({ subject: '1', session: 'another' }, () => undefined);
    test.store.fail('hang', 'isLive');
    await pass(300_500);
    test.tell(test.gone);
    await pass(1_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('asks the store each 10 s while the feed is down', async () => {
    const test = await fed();
    test.silence();
    await elsewhere(test, test.ref);
    await pass(15_000);
    expect(test.told).toHaveBeenCalledOnce();
  });

  it('knows at once a session that ended before it was watched', async () => {
    const test = await fed();
    test.tell(test.gone);
    const told = vi.fn();
    test.auth.onRevoked({ subject: '1', session: test.ref.id }, told);
    expect(told).not.toHaveBeenCalled();
    await pass(0);
    expect(told).toHaveBeenCalledOnce();
  });
});
