import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

const SAMPLES = 15;
const IN_SAMPLE = 40;

/** For several samples the share of an operation's time in which the event loop runs code, rather than waits for the thread pool. */
export async function busyShares(operation: () => Promise<unknown>): Promise<number[]> {
  const shares = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await setImmediate();
    const before = performance.eventLoopUtilization();
    for (let done = 0; done < IN_SAMPLE; done += 1) await operation();
    // The loop counts the waits of a turn that is over.
    await setImmediate();
    shares.push(performance.eventLoopUtilization(before).utilization);
  }
  return shares;
}
