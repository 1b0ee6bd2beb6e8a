import { type Command, Option } from 'commander';
import { WrongUse } from '../run/errors.ts';
import type { Io } from '../run/io.ts';
import { ALGORITHM_NAMES } from './make-jwk.ts';

/** Adds `--keys`. */
export function withKeysFile(command: Command): Command {
  return command.option('--keys <file>', 'the keys file (default: KEYS_FILE of the environment)');
}

/** `--alg`, one of the algorithms there are. */
export function algOption(description: string): Option {
  return new Option('--alg <alg>', description).choices(ALGORITHM_NAMES);
}

/** The file that was named. @throws WrongUse where none was */
export function keysFileOf({ keys }: { readonly keys?: string }, { env }: Pick<Io, 'env'>): string {
  const file = keys ?? env['KEYS_FILE'];
  if (!file) throw new WrongUse('name the keys file: --keys <file>, or KEYS_FILE in the environment');
  return file;
}
