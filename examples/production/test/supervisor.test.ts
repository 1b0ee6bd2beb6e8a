import { EX_CONFIG } from '@tokenpair-examples/shared';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBackOff, LONGEST_MS } from '../src/cluster/back-off.ts';
import type { Ending, Member } from '../src/cluster/member.ts';
import { createSupervisor, type SupervisorEvent } from '../src/cluster/supervisor.ts';

interface FakeMember extends Member {
  becomeReady(): void;
  end(ending: Partial<Ending>): void;
}

let pids = 0;

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function fakeMember(): FakeMember {
  const ready = deferred<boolean>();
  const ended = deferred<Ending>();
  let serving = false;
  pids += 1;
  const member: FakeMember = {
    pid: pids,
    isServing: () => serving,
    ready: ready.promise,
    ended: ended.promise,
    take: () => undefined,
    kill: () => member.end({ servedMs: 0 }),
    async drain() {
      member.end({ asked: true, code: 0, signal: null });
      return ended.promise;
    },
    becomeReady() {
      serving = true;
      ready.resolve(true);
    },
    end(ending) {
      serving = false;
      ready.resolve(false);
      ended.resolve({ asked: false, code: null, servedMs: 5_000, signal: 'SIGKILL', ...ending });
    },
  };
  return member;
}

const START_MS = 1_000;

function supervise(count: number) {
  const forked: FakeMember[] = [];
  const told: SupervisorEvent[] = [];
  const fork = (): Member => {
    const member = fakeMember();
    forked.push(member);
    return member;
  };
  const supervisor = createSupervisor({
    count,
    drainMs: 1_000,
    startMs: START_MS,
    fork,
    tell: (event) => told.push(event),
  });
  return { forked, supervisor, told };
}

async function started(count: number) {
  const all = supervise(count);
  const starting = all.supervisor.start();
  all.forked[0]?.becomeReady();
  await vi.waitUntil(() => all.forked.length === count);
  for (const member of all.forked) member.becomeReady();
  expect(await starting).toBeUndefined();
  return all;
}

describe('the supervisor', () => {
  it('starts one, and the others when that one can serve', async () => {
    const { forked, supervisor } = supervise(3);
    const starting = supervisor.start();
    expect(forked).toHaveLength(1);
    forked[0]?.becomeReady();
    await vi.waitUntil(() => forked.length === 3);
    expect(supervisor.serving()).toBe(1);
    for (const member of forked) member.becomeReady();
    expect(await starting).toBeUndefined();
    expect(supervisor.serving()).toBe(3);
  });

  it('gives up when the first one cannot start, and says nothing more', async () => {
    const { forked, supervisor, told } = supervise(2);
    const starting = supervisor.start();
    forked[0]?.end({ code: 1, servedMs: 0, signal: null });
    expect(await starting).toMatchObject({ code: 1 });
    expect([forked.length, told]).toEqual([1, []]);
  });

  it('hands connections to those that serve, in turn', async () => {
    const { forked, supervisor } = await started(2);
    const turns = Array.from({ length: 4 }, () => supervisor.next()?.pid);
    expect(new Set(turns.slice(0, 2))).toEqual(new Set(forked.map(({ pid }) => pid)));
    expect(turns.slice(2)).toEqual(turns.slice(0, 2));
    for (const member of forked) member.end({});
    expect(supervisor.next()).toBeUndefined();
  });

  it('replaces one that ended by itself', async () => {
    const { forked, told } = await started(2);
    forked[0]?.end({});
    await vi.waitUntil(() => forked.length === 3);
    expect(told.at(-1)).toMatchObject({ name: 'crashed', pauseMs: 0, ending: { signal: 'SIGKILL' } });
  });

  it('replaces one after the other, each when its successor serves', async () => {
    const { forked, supervisor } = await started(2);
    const [first, second] = forked;
    const rolling = supervisor.roll();
    await vi.waitUntil(() => forked.length === 3);
    expect([first?.isServing(), second?.isServing()]).toEqual([true, true]);
    forked[2]?.becomeReady();
    await vi.waitUntil(() => forked.length === 4);
    expect([first?.isServing(), second?.isServing()]).toEqual([false, true]);
    forked[3]?.becomeReady();
    await rolling;
    expect([second?.isServing(), supervisor.serving(), forked.length]).toEqual([false, 2, 4]);
  });

  it('keeps the old one where its successor cannot start', async () => {
    const { forked, supervisor } = await started(1);
    const rolling = supervisor.roll();
    await vi.waitUntil(() => forked.length === 2);
    forked[1]?.end({ code: 1, servedMs: 0, signal: null });
    expect(await rolling).toBe(false);
    expect([forked[0]?.isServing(), supervisor.serving()]).toEqual([true, 1]);
  });

  it('does not wait for a successor for ever: it is killed, the old one goes on, and the next roll is not held up', async () => {
    const { forked, supervisor, told } = await started(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const rolling = supervisor.roll();
    await vi.advanceTimersByTimeAsync(START_MS - 1);
    expect([forked.length, told.map(({ name }) => name)]).toEqual([2, ['ready']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await rolling).toBe(false);
    expect(told.slice(1)).toMatchObject([
      { name: 'late', pid: forked[1]?.pid },
      { name: 'crashed', pid: forked[1]?.pid },
    ]);
    expect([forked[0]?.isServing(), supervisor.serving()]).toEqual([true, 1]);

    const again = supervisor.roll();
    await vi.advanceTimersByTimeAsync(START_MS - 1);
    forked[2]?.becomeReady();
    await vi.advanceTimersByTimeAsync(START_MS);
    expect(await again).toBe(true);
    expect([forked.length, forked[2]?.isServing()]).toEqual([3, true]);
  });

  describe('when a worker ended for its settings', () => {
    const misconfigured: Partial<Ending> = { code: EX_CONFIG, servedMs: 0, signal: null };

    /** With two that serve, and time that passes when told to. */
    async function startedWithClock() {
      const all = await started(2);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      return all;
    }

    it('tries again after the longest pause while others are there, and says how many', async () => {
      const { forked, told } = await startedWithClock();
      forked[0]?.end(misconfigured);
      await vi.advanceTimersByTimeAsync(LONGEST_MS - 1);
      expect(told.at(-1)).toMatchObject({ name: 'misconfigured', pid: forked[0]?.pid, left: 1 });
      expect(forked).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1);
      expect(forked).toHaveLength(3);
      forked[2]?.end(misconfigured);
      await vi.advanceTimersByTimeAsync(LONGEST_MS);
      expect(forked).toHaveLength(4);
    });

    it('fills up at the next roll, whatever the pause', async () => {
      const { forked, supervisor } = await startedWithClock();
      forked[0]?.end(misconfigured);
      await vi.advanceTimersByTimeAsync(0);
      const rolling = supervisor.roll();
      await vi.advanceTimersByTimeAsync(0);
      forked[2]?.becomeReady();
      await vi.advanceTimersByTimeAsync(0);
      forked[3]?.becomeReady();
      expect([await rolling, supervisor.serving()]).toEqual([true, 2]);
      await vi.advanceTimersByTimeAsync(LONGEST_MS);
      expect(forked).toHaveLength(4);
    });

    it('says that none is left when the last one ended so, though others wait for another try', async () => {
      const { forked, told } = await startedWithClock();
      for (const member of forked) member.end(misconfigured);
      await vi.advanceTimersByTimeAsync(0);
      expect(told.slice(-2)).toMatchObject([{ left: 1 }, { left: 0 }]);
    });

    it('counts among those that are left what is replaced after a crash', async () => {
      const { forked, told } = await startedWithClock();
      // The first crash is made good at once, the second after a pause.
      forked[0]?.end({ servedMs: 0 });
      await vi.advanceTimersByTimeAsync(0);
      forked[2]?.end({ servedMs: 0 });
      await vi.advanceTimersByTimeAsync(0);
      expect(told.at(-1)).toMatchObject({ name: 'crashed', pauseMs: 100 });
      forked[1]?.end(misconfigured);
      await vi.advanceTimersByTimeAsync(0);
      expect(told.at(-1)).toMatchObject({ name: 'misconfigured', left: 1 });
      await vi.advanceTimersByTimeAsync(100);
      expect(forked).toHaveLength(4);
      forked[3]?.end(misconfigured);
      await vi.advanceTimersByTimeAsync(0);
      expect(told.at(-1)).toMatchObject({ name: 'misconfigured', left: 0 });
    });
  });

  it('rolls when it has started, if it is told to before', async () => {
    const { forked, supervisor } = supervise(1);
    const starting = supervisor.start();
    const rolling = supervisor.roll();
    await new Promise(setImmediate); // it would have begun by then
    expect(forked).toHaveLength(1);
    forked[0]?.becomeReady();
    await starting;
    await vi.waitUntil(() => forked.length === 2);
    forked[1]?.becomeReady();
    expect(await rolling).toBe(true);
    expect([forked[0]?.isServing(), supervisor.serving()]).toEqual([false, 1]);
  });

  it('starts no more when it is told to stop during the start, and says that the first was asked to end', async () => {
    const { forked, supervisor } = supervise(3);
    const starting = supervisor.start();
    forked[0]?.becomeReady();
    const stopping = supervisor.stop();
    expect(await starting).toMatchObject({ asked: true });
    await stopping;
    expect(forked).toHaveLength(1);
  });

  it('replaces nobody once it stops', async () => {
    const { forked, supervisor, told } = await started(2);
    await supervisor.stop();
    expect(forked).toHaveLength(2);
    await vi.waitUntil(() => told.filter(({ name }) => name === 'retired').length === 2);
  });
});

describe('the pause before a worker is replaced', () => {
  it('is none after one that served, and grows when one after the other fails', () => {
    const pause = createBackOff();
    expect([pause(60_000), pause(0), pause(0), pause(0)]).toEqual([0, 100, 200, 400]);
    for (let n = 0; n < 20; n += 1) pause(0);
    expect(pause(0)).toBe(10_000);
    expect(pause(500)).toBe(1_000);
    expect(pause(60_000)).toBe(0);
  });
});
