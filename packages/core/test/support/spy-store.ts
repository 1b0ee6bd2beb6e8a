import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';

const METHODS = ['create', 'find', 'advance', 'revoke', 'blacklist', 'isLive', 'list', 'prune'] as const;

export type StoreMethod = (typeof METHODS)[number];

/** How a store fails: before the step, never answering, or after the step was taken. */
export type Fault = 'throw' | 'hang' | 'commit-then-throw' | 'throw-at-once';

export interface SpyStore extends TokenStore {
  /** The methods called, in their order. */
  readonly calls: StoreMethod[];
  /** Makes a method (or all) fail, the next `times` calls of it. */
  fail(fault: Fault, methods?: StoreMethod | 'all', times?: number): void;
  heal(): void;
  /** Runs once before the next call of a method reaches the store: a barrier. */
  before(method: StoreMethod, step: () => unknown): void;
  /** Runs once after the next call of a method has taken its step and before its answer is given. */
  after(method: StoreMethod, step: () => unknown): void;
}

interface PlannedFault {
  readonly fault: Fault;
  left: number;
}

/** A store that counts its calls, fails on demand and lets a test step in between. */
export function spyStore(inner: TokenStore = memoryStore()): SpyStore {
  const calls: StoreMethod[] = [];
  const faults = new Map<StoreMethod, PlannedFault>();
  const steps = {
    before: new Map<StoreMethod, () => unknown>(),
    after: new Map<StoreMethod, () => unknown>(),
  };

  async function step(when: 'before' | 'after', method: StoreMethod): Promise<void> {
    const run = steps[when].get(method);
    steps[when].delete(method);
    await run?.();
  }

  function due(method: StoreMethod): Fault | undefined {
    const planned = faults.get(method);
    if (planned === undefined || planned.left <= 0) return undefined;
    planned.left -= 1;
    return planned.fault;
  }

  async function call(
    method: StoreMethod,
    run: () => Promise<unknown>,
    fault: Fault | undefined,
  ): Promise<unknown> {
    if (fault === 'throw') throw new Error('the store is away');
    if (fault === 'hang') return new Promise(() => {});
    await step('before', method);
    const result = await run();
    await step('after', method);
    if (fault === 'commit-then-throw') throw new Error('the answer was lost');
    return result;
  }

  const methods = Object.fromEntries(
    METHODS.map((method) => [
      method,
      (...args: never[]) => {
        calls.push(method);
        const fault = due(method);
        if (fault === 'throw-at-once') throw new Error('the store threw at once');
        const target = inner[method] as unknown as (...args: never[]) => Promise<unknown>;
        return call(method, () => target.apply(inner, args), fault);
      },
    ]),
  ) as unknown as Pick<TokenStore, StoreMethod>;

  return {
    name: inner.name,
    durable: inner.durable,
    ...methods,
    calls,
    fail(fault, which = 'all', times = Number.POSITIVE_INFINITY) {
      for (const method of which === 'all' ? METHODS : [which]) faults.set(method, { fault, left: times });
    },
    heal: () => faults.clear(),
    before: (method, run) => void steps.before.set(method, run),
    after: (method, run) => void steps.after.set(method, run),
  };
}
