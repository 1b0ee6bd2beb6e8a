import { COLLECT_AFTER_MS } from '../store.ts';

/** What {@link createRecords} is told of the records it holds. */
export interface RecordsOptions<V> {
  /** Most records held at once. */
  readonly max: number;
  /** For messages, such as `'sessions'`. */
  readonly what: string;
  /** When a record is dead, in ms. It must not change while the record is held. */
  readonly endOf: (record: V) => number;
  readonly onCollected?: (record: V) => void;
}

/** A map of records with a ceiling. It never drops a record that a token could still name. */
export interface Records<V> {
  get(key: string): V | undefined;
  set(key: string, record: V): void;
  /** All that it holds, in no order that matters. */
  all(): Iterable<V>;
  /** Makes sure that one more record fits, collecting what has been dead long enough. Throws when none does. */
  makeRoom(now: number): void;
  /** Removes at most `limit` records dead for {@link COLLECT_AFTER_MS} or more; returns how many went. */
  collect(now: number, limit: number): number;
}

const COLLECTED_TO_MAKE_ROOM = 1_000;

/** Makes a map of records with a ceiling. */
export function createRecords<V>({ max, what, endOf, onCollected }: RecordsOptions<V>): Records<V> {
  const held = new Map<string, V>();
  // No record can be collected before this. It keeps a full store from reading all its records at every refused call.
  let earliest = Number.POSITIVE_INFINITY;

  function collect(now: number, limit: number): number {
    if (now < earliest) return 0;
    let gone = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const [key, record] of held) {
      const collectableAt = endOf(record) + COLLECT_AFTER_MS;
      if (collectableAt > now) {
        next = Math.min(next, collectableAt);
        continue;
      }
      if (gone >= limit) return gone;
      held.delete(key);
      onCollected?.(record);
      gone += 1;
    }
    earliest = next;
    return gone;
  }

  return {
    get: (key) => held.get(key),
    set(key, record) {
      held.set(key, record);
      earliest = Math.min(earliest, endOf(record) + COLLECT_AFTER_MS);
    },
    all: () => held.values(),
    makeRoom(now) {
      if (held.size < max) return;
      if (collect(now, COLLECTED_TO_MAKE_ROOM) > 0) return;
      throw Object.assign(new Error(`The memory store holds as many ${what} as it may: ${max}.`), {
        code: 'store_full',
      });
    },
    collect,
  };
}
