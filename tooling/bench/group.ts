import type { Figure, Ratio } from './figures.ts';

/** How much time there is. */
export interface Pace {
  readonly quick: boolean;
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
}

/** One subject of the benchmark. Each part is measured in a process of its own, so that none warms or fragments another's code. */
export interface Group {
  readonly name: string;
  readonly parts: readonly string[];
  measure(part: string, pace: Pace): Promise<Measured>;
}
