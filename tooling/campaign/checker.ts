/**
 * Whether a history of concurrent operations on one object could have happened one after the other: the search of Wing and Gong, with
 * Lowe's memory of the positions it has been in.
 *
 * @module
 */

/** One operation as its client saw it. Times by one monotonic clock. */
export interface Operation<Input, Output> {
  readonly client: string;
  readonly input: Input;
  /** Absent when the outcome is unknown: the step may be taken at any later time, or never. */
  readonly output?: Output;
  readonly invoked: number;
  /** `Infinity` when the outcome is unknown. */
  readonly returned: number;
}

/** The object as it has to behave when operations come one at a time. */
export interface Machine<State, Input, Output> {
  readonly initial: State;
  /** The state after the step; `undefined` where this output is impossible. Without an output, any is taken. */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Equal for equal states, and for no others. */
  key(state: State): string;
}

/** `undecided`: the search was given up. */
export type Verdict = 'linearizable' | 'violation' | 'undecided';

const MOST_POSITIONS = 500_000;

/** Judges the history of one object. */
export function checkHistory<State, Input, Output>(
  machine: Machine<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Verdict {
  const operations = history.toSorted((a, b) => a.invoked - b.invoked);
  const completed = operations.reduce(
    (bits, { returned }, index) =>
      returned === Number.POSITIVE_INFINITY ? bits : bits | (1n << BigInt(index)),
    0n,
  );
  const seen = new Set<string>();

  /** Those that no other open operation precedes: one of them came next. */
  function candidates(done: bigint): number[] {
    const found: number[] = [];
    let earliestReturn = Number.POSITIVE_INFINITY;
    for (const [index, { invoked, returned }] of operations.entries()) {
      if ((done & (1n << BigInt(index))) !== 0n) continue;
      if (invoked > earliestReturn) break;
      found.push(index);
      earliestReturn = Math.min(earliestReturn, returned);
    }
    return found;
  }

  function next(state: State, index: number): State | undefined {
    const { input, output, returned } = operations[index] as Operation<Input, Output>;
    if (returned !== Number.POSITIVE_INFINITY) return machine.step(state, input, output);
    const after = machine.step(state, input, undefined);
    // One that changes nothing need never have happened.
    return after === undefined || machine.key(after) === machine.key(state) ? undefined : after;
  }

  const stack = [{ done: 0n, state: machine.initial }];
  for (let position = stack.pop(); position !== undefined; position = stack.pop()) {
    const { done, state } = position;
    if ((done & completed) === completed) return 'linearizable';
    if (seen.size > MOST_POSITIONS) return 'undecided';
    for (const index of candidates(done).reverse()) {
      const after = next(state, index);
      if (after === undefined) continue;
      const reached = done | (1n << BigInt(index));
      const key = `${reached.toString(36)} ${machine.key(after)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      stack.push({ done: reached, state: after });
    }
  }
  return 'violation';
}
