import type { Command } from 'commander';
import type { Io } from './io.ts';
import type { Outcome } from './outcome.ts';
import type { Progress } from './progress.ts';

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly progress: Progress;
}

/** Runs the work of a command; what it returns is written. */
export type Act = (work: (context: Context) => Promise<Outcome>) => Promise<void>;

/** Adds a command, or a group of them, to another one. */
export type AddCommand = (parent: Command, act: Act) => void;

/** A command that does something, with what all of these have. */
export function leaf(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'answer in JSON');
}

/** A command that only holds others. */
export function group(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).helpCommand(false);
}
