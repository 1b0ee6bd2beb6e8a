/** What a measure came to in a day. */
export interface Summary {
  readonly peak: number;
  /** Above it for 1 % of the ticks. */
  readonly p99: number;
  readonly median: number;
}

export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('there are no samples');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { peak: at(1), p99: at(0.99), median: at(0.5) };
}
