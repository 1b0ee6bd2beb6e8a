/** What a command has of the process it runs in. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether what is written with `out` is read by a person at a terminal. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
  /** All of standard input, as UTF-8. */
  readStdin(): Promise<string>;
  /** Milliseconds since the epoch. */
  now(): number;
}
