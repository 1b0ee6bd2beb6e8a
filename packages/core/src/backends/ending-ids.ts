/** Ids that are held until their end; times by the monotonic clock, in ms. */
export interface EndingIds {
  /** Keeps the later of two ends. Adds nothing where no more can be held. */
  add(id: string, end: number): void;
  has(id: string): boolean;
  /** Lets go of what is over; does nothing where that was looked for lately. */
  sweep(): void;
  /** Something could not be added. */
  isFull(): boolean;
  clear(): void;
}

/** Most ids held of one kind, some 100 bytes each. */
const MOST = 500_000;

/** Ids that are over are let go at most this often, in ms: it looks at all of them. */
const SWEEP_MS = 10_000;

export function createEndingIds(): EndingIds {
  const ends = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  let isFull = false;

  function sweep(): void {
    const now = performance.now();
    if (now - sweptAt < SWEEP_MS) return;
    sweptAt = now;
    for (const [id, end] of ends) if (end <= now) ends.delete(id);
  }

  return Object.freeze({
    sweep,
    add(id, end) {
      if (ends.size >= MOST && !ends.has(id)) isFull = true;
      else if (!(end <= (ends.get(id) ?? Number.NEGATIVE_INFINITY))) ends.set(id, end);
    },
    has: (id) => ends.has(id),
    isFull: () => isFull,
    clear() {
      ends.clear();
      isFull = false;
    },
  } satisfies EndingIds);
}
