import { ER, numberOf } from './errors.ts';

const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 64;

/** Runs a step again while the server says that it rolled it back for the sake of another. Of any other failure the outcome is unknown. */
export async function retrying<T>(retries: number, step: () => Promise<T>): Promise<T> {
  for (let left = retries, pause = SHORTEST_PAUSE_MS; ; left -= 1) {
    try {
      return await step();
    } catch (error) {
      if (left <= 0 || numberOf(error) !== ER.deadlock) throw error;
    }
    await sleep(pause * (0.5 + Math.random() / 2)); // jitter, so that rivals do not keep meeting
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
