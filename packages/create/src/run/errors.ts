/** The command line was wrong: one line on stderr, exit code 2. */
export class WrongUse extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WrongUse';
  }
}

/** The app cannot be made, for a reason that lies outside the command line: one line on stderr, exit code 1. */
export class Refusal extends Error {
  /** Stable, for scripts. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** The `code` of an error, as Node gives it. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
