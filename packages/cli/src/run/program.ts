import { Command } from 'commander';
import { addDecode } from '../commands/decode.ts';
import { addDoctor } from '../commands/doctor.ts';
import { addKeys } from '../commands/keys.ts';
import { addPrune } from '../commands/prune.ts';
import { addSessions } from '../commands/sessions.ts';
import { addStore } from '../commands/store.ts';
import { addVerify } from '../commands/verify.ts';
import { readVersion } from '../version.ts';
import type { Act } from './act.ts';
import type { Io } from './io.ts';
import type { Outcome } from './outcome.ts';
import type { Progress } from './progress.ts';

const FOOT = `
Exit codes: 0 done, 1 refused, failed or problems found, 2 wrong use.
Secrets are read from files, standard input or the environment, never from arguments.`;

/** What the commands stand on. */
export interface Surroundings {
  readonly io: Io;
  readonly progress: Progress;
  /** Told before a command runs whether it is to answer in JSON. */
  readonly begins: (json: boolean) => void;
  /** Told what it found. */
  readonly ends: (outcome: Outcome) => void;
}

/** The command line with all its commands; it throws instead of ending the process, and prints nothing but help. */
export function createProgram({ io, progress, begins, ends }: Surroundings): Command {
  const act: Act = async (work) => ends(await work({ io, progress }));
  const program = new Command('tokenpair')
    .description('Keys, tokens, sessions and stores of Tokenpair.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: io.out, writeErr: () => undefined, outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', FOOT)
    .hook('preAction', (_program, command) => begins(command.opts()['json'] === true));
  for (const add of [addKeys, addDecode, addVerify, addSessions, addPrune, addStore, addDoctor])
    add(program, act);
  return program;
}
