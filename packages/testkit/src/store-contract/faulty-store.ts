import type { Revocation, RevocationListener, TokenStore, Watch } from '@tokenpair/core/store';
import { createSnapshot, type Snapshot } from './snapshot.ts';

/** A method of the store port. */
export type StoreMethod =
  | 'create'
  | 'find'
  | 'advance'
  | 'revoke'
  | 'blacklist'
  | 'isLive'
  | 'list'
  | 'prune'
  | 'watch'
  | 'check';

/**
 * How a store fails:
 *
 * - `throw`: the call rejects and the step is not taken, as when the connection is refused.
 * - `hang`: the call never settles and the step is not taken, as when packets are dropped.
 * - `commit-then-throw`: the step is taken and the call rejects, as when the connection breaks before the answer.
 * - `stale-read`: `find`, `isLive` and `list` answer as the store stood when the fault was planned, as a replica that lags behind
 *   does; writes go through. Writes are noticed where they come through this store. Other methods do not have this fault.
 * - `wrong-type`: the step is taken and the answer is what no store may give, such as `'false'` for `false` and `null` for nothing.
 */
export type StoreFault = 'throw' | 'hang' | 'commit-then-throw' | 'stale-read' | 'wrong-type';

/** Which calls fail. */
export interface FaultPlan {
  /**
   * The methods that fail.
   *
   * @default all that can have the fault
   */
  readonly methods?: readonly StoreMethod[];
  /**
   * How many calls of each fail; after them it works again.
   *
   * @default all, until `heal()`
   */
  readonly times?: number;
}

/** A store that fails when it is told to. */
export interface FaultyStore extends TokenStore {
  /** The methods called since it was made, in their order. */
  readonly calls: readonly StoreMethod[];
  /**
   * Plans a fault; it takes the place of what was planned for these methods.
   *
   * @throws `TypeError` with code `ERR_INVALID_ARG_VALUE` when `stale-read` is planned over a store without records and subjects.
   */
  fail(fault: StoreFault, plan?: FaultPlan): void;
  /** Takes back what is planned. Calls that hang go on hanging. */
  heal(): void;
}

const READS: readonly StoreMethod[] = ['find', 'isLive', 'list'];
const METHODS: readonly StoreMethod[] = [
  'create',
  'advance',
  'revoke',
  'blacklist',
  'prune',
  'watch',
  'check',
  ...READS,
];

const WRONG: Readonly<Record<StoreMethod, unknown>> = {
  create: 'OK',
  find: null,
  advance: 1,
  revoke: '1',
  blacklist: 1,
  isLive: 'false',
  list: {},
  prune: '0',
  watch: null,
  check: null,
};

interface Planned {
  readonly fault: StoreFault;
  left: number;
}

/**
 * Wraps a store so that a test can have it fail: to see what an app answers while its store is away, slow or wrong. Until a
 * fault is planned it behaves as the store inside.
 *
 * While a fault is planned for `watch`, the feeds that run already are silent too, as with a lost connection; afterwards they deliver
 * what they missed with the next call.
 *
 * @example
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { faultyStore } from '@tokenpair/testkit';
 *
 * const store = faultyStore(memoryStore());
 * store.fail('commit-then-throw', { methods: ['advance'], times: 1 });
 * // The next refresh is a 503. The client tries again with the same token and gets its successor.
 */
export function faultyStore(inner: TokenStore): FaultyStore {
  const calls: StoreMethod[] = [];
  const planned = new Map<StoreMethod, Planned>();
  let snapshot: Snapshot | undefined; // while reads are stale

  function due(method: StoreMethod): StoreFault | undefined {
    const plan = planned.get(method);
    if (plan === undefined) return undefined;
    plan.left -= 1;
    if (plan.left <= 0) planned.delete(method);
    return plan.fault;
  }

  async function call<T>(method: StoreMethod, take: () => Promise<T>, stale = take): Promise<T> {
    calls.push(method);
    const fault = due(method);
    if (fault === 'throw') throw new Error('The store is away.');
    if (fault === 'hang') return new Promise<never>(() => {});
    const answer = await (fault === 'stale-read' ? stale() : take());
    if (fault === 'commit-then-throw') throw new Error('The answer of the store was lost.');
    return fault === 'wrong-type' ? (WRONG[method] as T) : answer;
  }

  async function watch(listener: RevocationListener): Promise<Watch> {
    const missed: Revocation[] = [];
    const tell: RevocationListener = (revoked, asOf) => {
      missed.push(...revoked);
      if (!planned.has('watch')) listener(missed.splice(0), asOf);
    };
    let inside: Watch | undefined;
    try {
      return await call('watch', async () => {
        inside = await inner.watch?.(tell);
        return inside ?? { close: async () => {} };
      });
    } catch (error) {
      await inside?.close();
      throw error;
    }
  }

  const { name, durable, capabilities } = inner;
  return {
    name,
    durable,
    ...(capabilities && { capabilities }),
    calls,

    fail(
      fault,
      { methods = fault === 'stale-read' ? READS : METHODS, times = Number.POSITIVE_INFINITY } = {},
    ) {
      if (fault === 'stale-read') {
        if (capabilities) throw needsEverything();
        snapshot ??= createSnapshot(inner);
      }
      for (const method of methods)
        if (fault !== 'stale-read' || READS.includes(method)) planned.set(method, { fault, left: times });
    },
    heal() {
      planned.clear();
      snapshot = undefined;
    },

    create: (session, rule) =>
      call('create', async () => {
        await snapshot?.keepSession(session, rule.now);
        return inner.create(session, rule);
      }),
    advance: (ref, from, next) =>
      call('advance', async () => {
        await snapshot?.keepSession(ref, next.rotatedAt);
        return inner.advance(ref, from, next);
      }),
    revoke: (target, mark) =>
      call('revoke', async () => {
        if ('id' in target) await snapshot?.keepSession(target, mark.at);
        else await snapshot?.keepSubject(target.subject, mark.at);
        return inner.revoke(target, mark);
      }),
    blacklist: (token, now) =>
      call('blacklist', async () => {
        await snapshot?.keepToken(token, now);
        return inner.blacklist(token, now);
      }),
    prune: (now, limit) => call('prune', () => inner.prune(now, limit)),
    find: (ref, now) =>
      call(
        'find',
        () => inner.find(ref, now),
        async () => snapshot?.find(ref, now),
      ),
    isLive: (ids, now) =>
      call(
        'isLive',
        () => inner.isLive(ids, now),
        async () => (snapshot ?? inner).isLive(ids, now),
      ),
    list: (subject, now) =>
      call(
        'list',
        () => inner.list(subject, now),
        async () => (snapshot ?? inner).list(subject, now),
      ),
    ...(inner.watch && { watch }),
    ...(inner.check && { check: () => call('check', async () => (await inner.check?.()) ?? []) }),
  };
}

function needsEverything(): TypeError {
  return Object.assign(new TypeError('faultyStore: stale-read needs a store with records and subjects.'), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
}
