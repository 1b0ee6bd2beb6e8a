import { CommanderError } from 'commander';
import { paintFor } from '../text/paint.ts';
import { jsonText, masked, printable } from '../text/printable.ts';
import { codeOf, Refusal, reasonOf, WrongUse } from './errors.ts';
import { idsLast } from './ids-last.ts';
import type { Io } from './io.ts';
import type { Outcome } from './outcome.ts';
import { createProgram } from './program.ts';
import { createProgress } from './progress.ts';

/** 0: done. 1: refused, failed, or problems found. 2: wrong use. */
export type ExitCode = 0 | 1 | 2;

/** Runs one command line, without the names of the program; everything it prints is printed here. Never rejects. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const progress = createProgress(io);
  let json = false;
  try {
    const outcome = await runProgram(args, {
      io,
      progress,
      begins: (wanted) => {
        json = wanted;
      },
    });
    progress.clear();
    return outcome === undefined ? 0 : writeOutcome(io, outcome, json);
  } catch (error) {
    progress.clear();
    return writeFailure(io, error, json);
  }
}

type Surroundings = Parameters<typeof createProgram>[0];

/** What the command found; `undefined` where help or the version was all that was asked for. */
async function runProgram(
  args: readonly string[],
  surroundings: Omit<Surroundings, 'ends'>,
): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  const program = createProgram({
    ...surroundings,
    ends: (found) => {
      outcome = found;
    },
  });
  try {
    await program.parseAsync(idsLast(args), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return outcome;
}

function writeOutcome(io: Io, { ok, data, lines }: Outcome, json: boolean): ExitCode {
  const text = json ? jsonText(data) : lines(paintFor(io)).join('\n');
  io.out(`${text}\n`);
  return ok ? 0 : 1;
}

function writeFailure(io: Io, error: unknown, json: boolean): ExitCode {
  const isWrongUse = error instanceof WrongUse || error instanceof CommanderError;
  const message = printable(masked(wordsOf(error)));
  io.err(`tokenpair: ${message}\n`);
  if (isWrongUse) return 2;
  if (json) io.out(`${jsonText({ error: { code: idOf(error), message } })}\n`);
  return 1;
}

function idOf(error: unknown): string {
  return error instanceof Refusal ? error.code : (codeOf(error) ?? 'failed');
}

function wordsOf(error: unknown): string {
  if (error instanceof CommanderError) return parserWords(error);
  return error instanceof WrongUse || error instanceof Refusal ? error.message : reasonOf(error);
}

/** The parser's own words on one line, without what was given as a value or as an argument too many: it may be a secret. */
function parserWords({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'name a command; tokenpair --help lists them';
  const words = message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  return words.replace(/('--?[\w-]+)=[^']*'/g, "$1'").replace(/( but got \d+): .*$/, '$1.');
}
