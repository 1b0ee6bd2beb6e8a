import { examine } from '../doctor/examine.ts';
import type { Config } from '../doctor/facts.ts';
import { fromEnvironment } from '../doctor/from-environment.ts';
import { readConfig } from '../doctor/read-config.ts';
import type { Finding, Level } from '../doctor/rule.ts';
import { type AddCommand, type Context, leaf } from '../run/act.ts';
import { WrongUse } from '../run/errors.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Paint } from '../text/paint.ts';
import { amount } from '../text/words.ts';

interface Options {
  readonly config?: string;
  readonly env?: true;
}

const HELP = `
A module exports the options of createAuth as its default, or a function that gives them; it is run. In JSON store is a URL, and keys may
name a keys file. Any other file is read as variables of the environment, as the examples have them.
Errors and warnings make the exit code 1; notes do not.`;

export const addDoctor: AddCommand = (parent, act) => {
  leaf(parent, 'doctor', 'say what is unsafe about a configuration, and why')
    .option('--config <file>', 'a module, a JSON file or a file of variables')
    .option('--env', 'the variables of this environment')
    .addHelpText('after', HELP)
    .action((options: Options) => act(async (context) => diagnose(await configOf(options, context))));
};

function configOf({ config, env }: Options, { io }: Context): Config | Promise<Config> {
  if ((config === undefined) === (env === undefined))
    throw new WrongUse('name one of --config <file>, --env');
  return config === undefined ? fromEnvironment(io.env) : readConfig(config);
}

function diagnose(config: Config): Outcome {
  const findings = examine(config);
  const serious = findings.filter(({ level }) => level !== 'note');
  return {
    ok: serious.length === 0,
    data: { findings },
    lines: (paint) => [
      ...findings.flatMap((finding) => linesOf(finding, paint)),
      serious.length === 0
        ? paint('green', 'nothing unsafe found')
        : `${amount(serious.length, 'finding')} to look at`,
    ],
  };
}

const STYLES = { error: 'red', warning: 'yellow', note: 'dim' } as const satisfies Record<Level, string>;

function linesOf({ id, level, reason, link }: Finding, paint: Paint): readonly string[] {
  return [`${paint(STYLES[level], level)} ${paint('bold', id)}: ${reason}`, `  ${link}`];
}
