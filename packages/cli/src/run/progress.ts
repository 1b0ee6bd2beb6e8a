import type { Io } from './io.ts';

/** Tells a person how far long work has come. */
export interface Progress {
  /** Replaces what the last call showed. */
  show(text: string): void;
  /** Removes it. */
  clear(): void;
}

const ERASE_LINE = '\r\u001b[2K';

/** One line on stderr that is written over; nothing where no terminal shows it. */
export function createProgress({ err, errIsTerminal }: Io): Progress {
  if (!errIsTerminal) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      shown = true;
      err(`${ERASE_LINE}${text}`);
    },
    clear() {
      if (shown) err(ERASE_LINE);
      shown = false;
    },
  };
}
