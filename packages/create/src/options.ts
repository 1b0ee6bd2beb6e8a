import { type Command, Option } from 'commander';
import { FRAMEWORKS, namesOf, STORES, TRANSPORTS } from './plan/choices.ts';

/** Gives a command its argument and options. */
export function addOptions(command: Command): Command {
  return command
    .argument('[folder]', 'where the app goes: a new folder, or an empty one')
    .addOption(new Option('--framework <name>', 'what it stands on').choices(namesOf(FRAMEWORKS)))
    .addOption(new Option('--store <name>', 'where sessions are kept').choices(namesOf(STORES)))
    .addOption(
      new Option('--transport <name>', 'how tokens travel (default: header)').choices(namesOf(TRANSPORTS)),
    )
    .option('-y, --yes', 'ask nothing: express, sqlite and header for what is not named');
}
