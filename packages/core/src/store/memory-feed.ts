import { HEARTBEAT_MS, type Revocation, type RevocationListener, type Watch } from '../store.ts';

/** The revocation feed of one process. */
export interface MemoryFeed {
  /** Tells every listener; what a listener throws is its own. */
  tell(entries: readonly Revocation[]): void;
  watch(listener: RevocationListener): Watch;
}

const BEAT_MS = HEARTBEAT_MS / 2; // a timer on a busy machine is late

/** Makes a feed; `inForce` names what was ended before. */
export function createMemoryFeed(inForce: () => readonly Revocation[]): MemoryFeed {
  const calls = new Set<(entries: readonly Revocation[]) => void>();

  return {
    tell(entries) {
      if (entries.length > 0) for (const call of calls) call(entries);
    },

    watch(listener) {
      const call = (entries: readonly Revocation[]): void => {
        try {
          listener(entries, performance.now()); // all is told before its step is acknowledged
        } catch {
          // The step was taken: neither its caller nor the other listeners get to hear of it.
        }
      };
      const beat = setInterval(call, BEAT_MS, []);
      unref(beat);
      calls.add(call);
      call(inForce());
      return {
        async close() {
          clearInterval(beat);
          calls.delete(call);
        },
      };
    },
  };
}

/** Timers are objects in Node and its kin, where they would keep the process alive, and numbers elsewhere. */
function unref(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}
