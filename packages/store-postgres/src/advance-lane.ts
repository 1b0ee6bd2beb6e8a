import type { Session } from '@tokenpair/core/store';
import type { Value } from './driver.ts';

/** One call of `advance`. */
export interface AdvanceCall {
  /** Of the session. */
  readonly id: string;
  /** The parameters of its statement. */
  readonly values: readonly Value[];
}

/** What an advance gives: the record as it then stands, or nothing where a condition did not hold. */
export type Advanced = Session | undefined;

/** What a statement for many says of a call that it has not judged: somebody else was just changing the row. */
export const UNDECIDED: unique symbol = Symbol('undecided');

/** What a lane is made of. */
export interface AdvanceLaneOptions {
  /** Takes a call in a statement of its own, which may wait for a lock. */
  one(call: AdvanceCall): Promise<Advanced>;
  /** Takes calls on different sessions in one statement that waits for no lock; the answers in the order of the calls. */
  many(calls: readonly AdvanceCall[]): Promise<(Advanced | typeof UNDECIDED)[]>;
  /** Whether the failure of a statement says that it changed nothing, and may be due to one of its calls. */
  isOfOne(error: unknown): boolean;
}

interface Waiting {
  readonly call: AdvanceCall;
  resolve(answer: Advanced | Promise<Advanced>): void;
  reject(error: unknown): void;
}

const MOST_TOGETHER = 64;
const MOST_ON_WIRE = 2;
const PATIENCE_MS = 50;

/**
 * Makes a lane for advances. A call that comes while little is on its way goes out in the same tick, alone or with those of that tick; the others
 * wait for a statement to come back and go in one together. Within the lane a session's calls go one after the other. A statement that
 * does not come back, for a lock or a dead connection, is waited for no longer than {@link PATIENCE_MS} by the calls behind it.
 */
export function createAdvanceLane(options: AdvanceLaneOptions): (call: AdvanceCall) => Promise<Advanced> {
  let waiting: Waiting[] = [];
  let onWire = 0;
  let isPlanned = false;
  const underWay = new Set<string>();

  function plan(): void {
    if (isPlanned) return;
    isPlanned = true;
    queueMicrotask(() => {
      isPlanned = false;
      while (onWire < MOST_ON_WIRE && sendNext());
    });
  }

  function sendNext(): boolean {
    const { batch, rest } = takeBatch(waiting, underWay);
    if (batch.length === 0) return false;
    waiting = rest;
    onWire += 1;
    for (const { call } of batch) underWay.add(call.id);
    const release = once(() => {
      clearTimeout(patience);
      onWire -= 1;
      for (const { call } of batch) underWay.delete(call.id);
      plan();
    });
    const patience = setTimeout(release, PATIENCE_MS);
    void take(batch, options).finally(release);
    return true;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      plan();
    });
}

/** The first calls that may go together, each on a session of its own, and those that stay in their order. */
function takeBatch(
  waiting: readonly Waiting[],
  underWay: ReadonlySet<string>,
): { batch: Waiting[]; rest: Waiting[] } {
  const batch: Waiting[] = [];
  const rest: Waiting[] = [];
  const taken = new Set(underWay);
  for (const each of waiting) {
    const { id } = each.call;
    const mayGo = batch.length < MOST_TOGETHER && !taken.has(id);
    (mayGo ? batch : rest).push(each);
    taken.add(id);
  }
  return { batch, rest };
}

/** Settles every call of the batch, and resolves when its statement has come back. */
async function take(batch: readonly Waiting[], { one, many, isOfOne }: AdvanceLaneOptions): Promise<void> {
  const [first] = batch;
  if (batch.length === 1 && first) return one(first.call).then(first.resolve, first.reject);
  try {
    const answers = await many(batch.map(({ call }) => call));
    for (const [n, { call, resolve }] of batch.entries()) {
      const answer = answers[n];
      resolve(answer === UNDECIDED ? one(call) : answer);
    }
  } catch (error) {
    // Of an unknown outcome nobody is told more than that.
    for (const { call, resolve, reject } of batch) isOfOne(error) ? resolve(one(call)) : reject(error);
  }
}

function once(step: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    step();
  };
}
