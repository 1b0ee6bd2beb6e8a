import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Revocation, TokenStore } from '@tokenpair/core/store';

/** How long an entry may take in the contract, in ms. The port allows a second while all is well; machines are slow. */
const PATIENCE_MS = 5_000;

/** One call of the listener. */
export interface HeardCall {
  /** By `performance.now()`. */
  readonly at: number;
  /** What it gave as proof. */
  readonly asOf: number;
  /** How many entries had been delivered when it was over. */
  readonly delivered: number;
}

/** What a listener has heard. */
export interface Heard {
  /** Every entry delivered, in order, repeats too. */
  readonly entries: readonly Revocation[];
  readonly calls: readonly HeardCall[];
  /** The entries that name a session or token by this id. */
  naming(id: string): Revocation[];
  /** Waits until it holds; fails when that takes too long. */
  until(holds: () => boolean, what: string): Promise<void>;
  /** Waits for each of these; then no delivered entry that names the same may say anything else. */
  gets(expected: readonly Revocation[]): Promise<void>;
  close(): Promise<void>;
}

/** Watches a store and notes what is delivered. */
export async function listenTo(store: TokenStore): Promise<Heard> {
  const entries: Revocation[] = [];
  const calls: HeardCall[] = [];
  assert.ok(store.watch, 'the store has no `watch`');
  const watch = await store.watch((revoked, asOf) => {
    entries.push(...revoked);
    calls.push({ at: performance.now(), asOf, delivered: entries.length });
  });

  const naming = (id: string): Revocation[] =>
    entries.filter(({ session, token }) => session === id || token === id);

  async function until(holds: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (performance.now() > deadline)
        assert.fail(`${what}: not within ${PATIENCE_MS} ms, after ${calls.length} calls`);
      await sleep(5);
    }
  }

  async function gets(expected: readonly Revocation[]): Promise<void> {
    const missing = new Map(expected.map((entry) => [nameOf(entry), entry]));
    let read = 0;
    await until(() => {
      for (; read < entries.length; read += 1) missing.delete(nameOf(entries[read]));
      return missing.size === 0;
    }, `delivery of ${expected.length} entries`);
    const right = new Map(expected.map((entry) => [nameOf(entry), entry]));
    for (const entry of entries) {
      const same = right.get(nameOf(entry));
      if (same) assert.deepEqual(entry, same);
    }
  }

  return { entries, calls, naming, until, gets, close: () => watch.close() };
}

/** Listens to each store, and to none any more when the body is over. */
export async function listening(
  stores: readonly TokenStore[],
  body: (...heard: Heard[]) => Promise<void>,
): Promise<void> {
  const heard: Heard[] = [];
  try {
    for (const store of stores) heard.push(await listenTo(store));
    await body(...heard);
  } finally {
    await Promise.all(heard.map((one) => one.close()));
  }
}

function nameOf({ session, token }: Partial<Revocation> = {}): string {
  return session === undefined ? `token ${token}` : `session ${session}`;
}
