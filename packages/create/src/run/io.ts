import type { Ask } from '../plan/ask.ts';

/** What the command has of the process it runs in. */
export interface Io {
  /** Whoever sits at the terminal; `undefined` where there is none, and nothing is asked. */
  readonly ask: Ask | undefined;
  out(text: string): void;
  err(text: string): void;
}
