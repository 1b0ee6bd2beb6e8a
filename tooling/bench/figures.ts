/** What a measurement of the benchmark gives. Every group hands these out, and the harness prints, keeps and compares them. */

/** One measured thing: the middle, the best and the spread of its samples. */
export interface Figure {
  group: string;
  name: string;
  unit: 'us' | 'ops/s' | 'bytes' | 'ms';
  median: number;
  /** The best decile: contention only makes things worse. */
  best: number;
  spread: number /* interquartile range over median */;
  samples: number;
}

/** Two figures beside each other, compared round by round; with a target it holds or it does not. */
export interface Ratio {
  group: string;
  name: string;
  value: number;
  target?: number;
  holds?: boolean;
  lowerIsBetter: boolean;
  note?: string;
}
