/**
 * The `tokenpair` command, to be run by a program: the same commands, with input and output that the program gives.
 *
 * @module
 */
export type { Io } from './run/io.ts';
export { type ExitCode, runCli } from './run/run-cli.ts';
