/**
 * What `npm create tokenpair` runs, to be run by a program: with output and answers that the program gives.
 *
 * @module
 */
export type { Ask } from './plan/ask.ts';
export type { Io } from './run/io.ts';
export { type ExitCode, runCreate } from './run/run-create.ts';
