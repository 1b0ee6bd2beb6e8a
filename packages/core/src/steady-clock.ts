/**
 * Milliseconds that have passed, by a clock that may be set. A clock set back stands still for one reading instead of
 * bringing old keys back to life or pushing their end away; set forward it ages them, which costs a fetch.
 */
export function createSteadyClock(clock: () => number): () => number {
  let last = clock();
  let passed = 0;
  return () => {
    const reading = clock();
    if (reading > last) passed += reading - last;
    last = reading;
    return passed;
  };
}
