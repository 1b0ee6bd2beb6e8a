import { Command, CommanderError } from 'commander';
import { createApp } from '../create-app.ts';
import { addOptions } from '../options.ts';
import type { Given } from '../plan/make-plan.ts';
import { readVersion } from '../version.ts';
import { codeOf, Refusal, WrongUse } from './errors.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';

/** 0: done. 1: refused or failed. 2: wrong use. */
export type ExitCode = 0 | 1 | 2;

const FOOT = `
What is not named is asked for at a terminal; elsewhere --framework and --store are needed, or --yes.
Exit codes: 0 done, 1 refused or failed, 2 wrong use.`;

/** Runs one command line, without the names of the program; everything it prints is printed here. Never rejects. */
export async function runCreate(args: readonly string[], io: Io): Promise<ExitCode> {
  let json = false;
  const program = addOptions(createProgram(io))
    .option('--json', 'answer in JSON, and ask nothing')
    .action(async (folder: string | undefined, options: Omit<Given, 'folder'> & { readonly json?: true }) => {
      json = options.json === true;
      const { data, lines } = await createApp({ ...options, folder }, json ? undefined : io.ask);
      io.out(json ? jsonText(data) : `${lines.map(printable).join('\n')}\n`);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? 0 : writeFailure(io, error, json);
  }
}

function createProgram({ out }: Io): Command {
  return new Command('create-tokenpair')
    .description('Makes a small app that logs people in with Tokenpair.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ writeOut: out, writeErr: () => undefined, outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', FOOT);
}

function writeFailure(io: Io, error: unknown, json: boolean): ExitCode {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  io.err(`create-tokenpair: ${message}\n`);
  if (error instanceof WrongUse || error instanceof CommanderError) return 2;
  const code = error instanceof Refusal ? error.code : (codeOf(error) ?? 'failed');
  if (json) io.out(jsonText({ error: { code, message } }));
  return 1;
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2).split('\n').map(printable).join('\n')}\n`;
}

function oneLine(text: string): string {
  return printable(
    text
      .replace(/^error: /, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}
