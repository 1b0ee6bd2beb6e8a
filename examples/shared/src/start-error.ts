/** Why the service cannot start: one line a reason, fit to be shown as it is. */
export class StartError extends Error {
  readonly lines: readonly string[];

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const all = [lines].flat().map(toLine);
    super(all.join('; '), options);
    this.name = 'StartError';
    this.lines = all;
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return toLine(error instanceof Error ? error.message : String(error));
}

function toLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
