import { EX_CONFIG } from '@tokenpair-examples/shared';
import { createBackOff, LONGEST_MS } from './back-off.ts';
import type { Ending, Member } from './member.ts';

export interface SupervisorOptions {
  readonly count: number;
  readonly drainMs: number;
  /** How long one may take until it can serve; it is killed then. */
  readonly startMs: number;
  /** Starts one process. */
  readonly fork: () => Member;
  /** Told of what happens, for log and metrics. */
  readonly tell: (what: SupervisorEvent) => void;
}

/**
 * `late`: is killed, since it could not serve in time. `retired`: ended as it was told to, by a signal when it took too long. `crashed`: ended by
 * itself. `misconfigured`: ended since the settings are wrong, with `left` others that are there or about to be started; it is tried again after the
 * longest pause, and not at all where none is left.
 */
export type SupervisorEvent =
  | { readonly name: 'ready'; readonly pid: number }
  | { readonly name: 'late'; readonly pid: number }
  | { readonly name: 'misconfigured'; readonly pid: number; readonly ending: Ending; readonly left: number }
  | { readonly name: 'retired'; readonly pid: number; readonly ending: Ending }
  | { readonly name: 'crashed'; readonly pid: number; readonly ending: Ending; readonly pauseMs: number };

/** Keeps so many workers alive. */
export interface Supervisor {
  /** Starts them all, the first one alone. How that one ended, when it could not serve or all were told to finish meanwhile. */
  start(): Promise<Ending | undefined>;
  /** The next one to take a connection; `undefined` when none can. */
  next(): Member | undefined;
  serving(): number;
  /**
   * Replaces one after the other, each only when its successor serves, and starts those that are missing. One at a time: a second call waits for the
   * first, and the first for the start. False when one could not start.
   */
  roll(): Promise<boolean>;
  /** Has all of them finish. */
  stop(): Promise<void>;
}

export function createSupervisor({ count, drainMs, fork, startMs, tell }: SupervisorOptions): Supervisor {
  const members = new Set<Member>();
  const pauseBefore = createBackOff();
  /** Those that wait to be started after a crash. Not those that ended for their settings: two of them would wait for each other for ever. */
  let pending = 0;
  let isStarted = false;
  let stopping = false;
  let turn = 0;
  let rolling = Promise.resolve(true);

  /** Starts one; whoever ends without being told to is replaced. */
  function add(): Member {
    const member = fork();
    members.add(member);
    const late = setTimeout(() => {
      tell({ name: 'late', pid: member.pid });
      member.kill();
    }, startMs);
    void member.ready.then((isReady) => {
      clearTimeout(late);
      if (isReady) tell({ name: 'ready', pid: member.pid });
    });
    void member.ended.then((ending) => leave(member, ending));
    return member;
  }

  function leave(member: Member, ending: Ending): void {
    members.delete(member);
    if (ending.asked || stopping) tell({ name: 'retired', pid: member.pid, ending });
    else if (isStarted) makeGood(member, ending); // the first one has said itself what is wrong
  }

  function makeGood({ pid }: Member, ending: Ending): void {
    if (ending.code === EX_CONFIG) {
      const left = members.size + pending;
      if (left > 0) setTimeout(fill, LONGEST_MS).unref();
      tell({ name: 'misconfigured', pid, ending, left });
      return;
    }
    const pauseMs = pauseBefore(ending.servedMs);
    pending += 1;
    setTimeout(() => {
      pending -= 1;
      fill();
    }, pauseMs).unref();
    tell({ name: 'crashed', pid, ending, pauseMs });
  }

  function fill(): void {
    if (!stopping && members.size < count) add();
  }

  /** Whether it is gone. Where a successor cannot start, the old one goes on. */
  async function replace(member: Member): Promise<boolean> {
    if (stopping || !members.has(member)) return true; // it crashed meanwhile, so that its successor is new already
    const successor = add();
    if (!(await successor.ready)) return false;
    await member.drain(drainMs);
    return true;
  }

  async function rollAll(): Promise<boolean> {
    let areAllReplaced = true;
    for (const member of [...members]) areAllReplaced = (await replace(member)) && areAllReplaced;
    while (areAllReplaced && !stopping && members.size < count) areAllReplaced = await add().ready;
    return areAllReplaced;
  }

  async function startAll(): Promise<Ending | undefined> {
    const first = add();
    if (!(await first.ready) || stopping) return first.ended;
    isStarted = true;
    await Promise.all(Array.from({ length: count - 1 }, () => add().ready));
    return stopping ? first.ended : undefined;
  }

  return Object.freeze({
    start() {
      const starting = startAll();
      rolling = starting.then(() => true);
      return starting;
    },
    next() {
      const serving = [...members].filter((member) => member.isServing());
      turn = (turn + 1) % Math.max(1, serving.length);
      return serving[turn];
    },
    serving: () => [...members].filter((member) => member.isServing()).length,
    roll() {
      rolling = rolling.then(rollAll);
      return rolling;
    },
    async stop() {
      stopping = true;
      await Promise.all([...members].map((member) => member.drain(drainMs)));
    },
  } satisfies Supervisor);
}
