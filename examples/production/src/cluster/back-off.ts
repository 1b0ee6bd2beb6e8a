const FIRST_MS = 100;
/** Of one that never served: the store is away, or a key file is broken. */
export const LONGEST_MS = 10_000;
/** Of one that did: people wait for the next. */
const LONGEST_SERVED_MS = 1_000;
/** Who served so long has not failed as the one before. */
const HEALTHY_MS = 2_000;

/** How long to wait before a worker is replaced: not at all at first, longer and longer when one after the other fails. */
export function createBackOff(): (servedMs: number) => number {
  let failures = 0;
  return (servedMs) => {
    if (servedMs >= HEALTHY_MS) failures = 0;
    const longest = servedMs > 0 ? LONGEST_SERVED_MS : LONGEST_MS;
    const pause = failures === 0 ? 0 : Math.min(longest, FIRST_MS * 2 ** (failures - 1));
    failures += 1;
    return pause;
  };
}
