/** The exit code of a process that starts no better a second time (`EX_CONFIG` of sysexits.h): whoever restarts services can tell. */
export const EX_CONFIG = 78;

/** Why the service cannot start: one line a reason, fit to be shown as it is. */
export class StartError extends Error {
  readonly lines: readonly string[];
  /** What the process ends with. */
  readonly exitCode: number = 1;

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const all = [lines].flat().map(toLine);
    super(all.join('; '), options);
    this.name = 'StartError';
    this.lines = all;
  }
}

/** What somebody has to mend before the service can start: a setting, or the file that it names. */
export class SettingsError extends StartError {
  override readonly exitCode: number = EX_CONFIG;

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    super(lines, options);
    this.name = 'SettingsError';
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return toLine(error instanceof Error ? error.message : String(error));
}

function toLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
