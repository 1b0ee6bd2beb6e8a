import type { Facts } from './facts.ts';

/** `error`: unsafe as it is. `warning`: weaker than the default, with a reason to look. `note`: worth knowing. */
export type Level = 'error' | 'warning' | 'note';

/** What is unsafe, and why. */
export interface Finding {
  readonly id: string;
  readonly level: Level;
  /** Never with a secret in it. */
  readonly reason: string;
  /** Where it is explained. */
  readonly link: string;
}

/** One thing to look at. */
export interface Rule {
  readonly id: string;
  readonly level: Level;
  /** A page below `docs`, perhaps with a heading. */
  readonly page: string;
  /** The reason where it applies. */
  readonly judge: (facts: Facts) => string | undefined;
}

const DOCS = 'https://github.com/tokenpair/tokenpair/blob/main/docs/';

/** The finding of a rule that applies. */
export function findingOf({ id, level, page }: Omit<Rule, 'judge'>, reason: string): Finding {
  return { id, level, reason, link: `${DOCS}${page}` };
}
