import type { Paint } from '../text/paint.ts';

/** What a command found or did. */
export interface Outcome {
  /** False: it found problems, or says no; exit code 1. */
  readonly ok: boolean;
  /** What `--json` prints. */
  readonly data: object;
  /** The same for a person, a line each. */
  readonly lines: (paint: Paint) => readonly string[];
}
