/** How an operation is done many times: straight on, one awaited after the other, or several at once. @module */
import type { Candidate } from '../rounds.ts';

/** For what is synchronous. */
export function repeat(operation: () => unknown): Candidate['run'] {
  return (count) => {
    for (let done = 0; done < count; done += 1) operation();
  };
}

/** For promises: the next one starts when the last has settled. */
export function awaitEach(operation: () => unknown): Candidate['run'] {
  return async (count) => {
    for (let done = 0; done < count; done += 1) await operation();
  };
}

/** The same with `width` of them on the way at any time. */
export function inFlight(width: number): (operation: () => unknown) => Candidate['run'] {
  return (operation) => async (count) => {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await operation();
      }
    };
    await Promise.all(Array.from({ length: width }, lane));
  };
}
