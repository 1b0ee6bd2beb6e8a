/** The command line was wrong: one line on stderr, exit code 2. */
export class WrongUse extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WrongUse';
  }
}

/** The command was understood and could not be carried out, or says no: one line on stderr, exit code 1. */
export class Refusal extends Error {
  /** Stable, for scripts. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** A failure of anything in the words of one line, with its code where it has one. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  if (code === undefined || message.includes(code)) return message || String(code ?? 'unknown');
  return message === '' ? code : `${message} (${code})`;
}

/** The `code` of an error, as Node and the drivers give it. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
