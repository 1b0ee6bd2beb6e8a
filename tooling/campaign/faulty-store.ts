import type { TokenStore } from '@tokenpair/core/store';

/** How a call fails: before the step, after it, or by silence (the step not taken, or taken). */
export type Fault = 'throw' | 'commit-then-throw' | 'hang' | 'commit-then-hang';

/** A store that fails on demand. */
export interface FaultyStore extends TokenStore {
  /** Every call fails until {@link heal}. */
  fail(fault: Fault): void;
  /** One call fails: the one after the next `after`. */
  failOnce(fault: Fault, after: number): void;
  heal(): void;
  /** Past whatever fails. */
  untroubled(): TokenStore;
  /** Calls go to another handle on the same data from now on. */
  replace(inner: TokenStore): void;
}

const METHODS = ['create', 'find', 'advance', 'revoke', 'blacklist', 'isLive', 'list', 'prune'] as const;

type Method = (typeof METHODS)[number];

export function faultyStore(first: TokenStore): FaultyStore {
  let inner = first;
  let always: Fault | undefined;
  let once: { readonly fault: Fault; after: number } | undefined;

  function due(): Fault | undefined {
    if (once === undefined) return always;
    if (once.after > 0) {
      once.after -= 1;
      return always;
    }
    const { fault } = once;
    once = undefined;
    return fault;
  }

  async function call(method: Method, args: readonly unknown[]): Promise<unknown> {
    const fault = due();
    const run = inner[method] as unknown as (...given: readonly unknown[]) => Promise<unknown>;
    if (fault === 'throw') throw new Error('the store is away');
    if (fault === 'hang') return new Promise(() => {});
    const result = await run.apply(inner, [...args]);
    if (fault === 'commit-then-throw') throw new Error('the answer was lost');
    return fault === 'commit-then-hang' ? new Promise(() => {}) : result;
  }

  const methods = Object.fromEntries(
    METHODS.map((method) => [method, (...args: readonly unknown[]) => call(method, args)]),
  ) as unknown as Pick<TokenStore, Method>;

  return {
    name: first.name,
    durable: first.durable,
    ...methods,
    fail: (fault) => {
      always = fault;
    },
    failOnce: (fault, after) => {
      once = { fault, after };
    },
    heal: () => {
      always = undefined;
      once = undefined;
    },
    untroubled: () => inner,
    replace: (next) => {
      inner = next;
    },
  };
}
