const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A worker that served so long was no failure of the start. */
const HEALTHY_MS = 2_000;

/** How long to wait before a worker is replaced: not at all when it had served, longer and longer when one after the other fails. */
export function createBackOff(): (servedMs: number) => number {
  let failures = 0;
  return (servedMs) => {
    if (servedMs >= HEALTHY_MS) failures = 0;
    const pause = failures === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
    failures += 1;
    return pause;
  };
}
