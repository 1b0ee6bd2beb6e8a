/** The regression gate: ratios of now beside those that are committed. @module */
import type { Ratio } from './figures.ts';

/** Share by which a ratio may be worse than the committed one, by group: what two runs on one quiet machine differ by, and half as much again. */
export const TOLERANCE: Readonly<Record<string, number>> = {
  verify: 0.25,
  cached: 0.3,
  sign: 0.25,
  // Differences of two rates, or of two CPU times: small ones have large errors.
  http: 0.6,
  threadpool: 1,
  import: 0.25,
  size: 0.02,
  revocation: 0.6,
};
const OTHERS = 0.4;

/** Overheads can be measured as nothing or less; below this they are not told apart. */
const SMALLEST = 0.05;

export interface Comparison {
  readonly name: string;
  readonly now: number;
  readonly committed: number | undefined;
  readonly tolerance: number;
  readonly passes: boolean;
}

/**
 * Compares each ratio with the committed one of its name. One that is better passes, however much; one that is new, or is a time of this
 * machine rather than a ratio, is not judged.
 */
export function compareRatios(now: readonly Ratio[], committed: readonly Ratio[]): Comparison[] {
  const known = new Map(committed.map((ratio) => [`${ratio.group} ${ratio.name}`, ratio]));
  return now.filter(isRatio).map((ratio) => {
    const before = known.get(`${ratio.group} ${ratio.name}`)?.value;
    const tolerance = TOLERANCE[ratio.group] ?? OTHERS;
    const passes = before === undefined || worseBy(ratio, before) <= tolerance;
    return { name: ratio.name, now: ratio.value, committed: before, tolerance, passes };
  });
}

/** Names of committed ratios that this run should have measured and has not. */
export function missingRatios(
  now: readonly Ratio[],
  committed: readonly Ratio[],
  groups: readonly string[],
): string[] {
  const measured = new Set(now.map(({ group, name }) => `${group} ${name}`));
  return committed
    .filter(({ group, name }) => groups.includes(group) && !measured.has(`${group} ${name}`))
    .map(({ name }) => name);
}

/** By which share a ratio is worse than it was; below zero where it is better. */
function worseBy({ value, lowerIsBetter }: Ratio, before: number): number {
  const [now, then] = [Math.max(value, SMALLEST), Math.max(before, SMALLEST)];
  return (lowerIsBetter ? now / then : then / now) - 1;
}

function isRatio({ name }: Ratio): boolean {
  return !/, (µs|ms)$/.test(name);
}
