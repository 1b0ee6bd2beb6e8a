/** Medians, best deciles and ratios. A mean says nothing on a machine that others use too. @module */
import type { Figure, Ratio } from './figures.ts';

/** By how much a target may be missed and still count as held: what these measurements cannot tell apart. */
export const NOISE = 0.1;

/** The value below which the share `q` of the samples lies, between two of them where it falls there. */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) throw new RangeError('there are no samples');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** The figure of a thing's samples. Of a rate the best is the highest, of everything else the lowest. */
export function toFigure(
  { group, name, unit }: Pick<Figure, 'group' | 'name' | 'unit'>,
  samples: readonly number[],
): Figure {
  const middle = median(samples);
  const best = quantile(samples, unit === 'ops/s' ? 0.9 : 0.1);
  const spread = middle === 0 ? 0 : (quantile(samples, 0.75) - quantile(samples, 0.25)) / Math.abs(middle);
  return { group, name, unit, median: middle, best, spread, samples: samples.length };
}

/** `over` divided by `under` within each round, and the median of that: what slowed a round down slowed both. */
export function ratioOfRounds(over: readonly number[], under: readonly number[]): number {
  if (over.length !== under.length) throw new RangeError('the rounds are not the same');
  return median(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}

/** What a ratio is held to, and how it is to be read. */
export interface Target extends Pick<Ratio, 'group' | 'name' | 'lowerIsBetter'> {
  readonly target?: number;
  readonly note?: string;
  /** Share by which the target may be missed. @default NOISE */
  readonly slack?: number;
}

/** A ratio beside its target; one that holds by the slack alone says so. */
export function toRatio(value: number, { target, note, slack = NOISE, ...of }: Target): Ratio {
  if (target === undefined) return { ...of, value, ...(note !== undefined && { note }) };
  const missing = of.lowerIsBetter ? value / target - 1 : target / value - 1;
  const holds = missing <= slack && Number.isFinite(value);
  const notes = [holds && missing > 0 ? `within ${slack * 100} % for noise` : undefined, note];
  const text = notes.filter((each) => each !== undefined).join('; ');
  return { ...of, value, target, holds, ...(text !== '' && { note: text }) };
}
