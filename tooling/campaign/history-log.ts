import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { HistoryLog, SessionView } from './session-client.ts';
import type { SessionInput, SessionOperation, SessionOutput } from './session-machine.ts';

type Line =
  | { readonly call: string; readonly at: number; readonly views: readonly SessionView[] }
  | { readonly call: string; readonly at: number; readonly output: SessionOutput };

/** Microseconds of the system's monotonic clock, which all processes share. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** A log in a file, written at once: it outlives a killed process. */
export function openHistoryLog(file: string): HistoryLog & { close(): void } {
  const descriptor = openSync(file, 'a');
  const write = (line: Line): void => void writeSync(descriptor, `${JSON.stringify(line)}\n`);
  return {
    invoked: (call, views) => write({ call, at: monotonicUs(), views }),
    answered: (call, output) => write({ call, at: monotonicUs(), output }),
    close: () => closeSync(descriptor),
  };
}

/** What the logs say of each session. */
export function readHistories(files: readonly string[]): Map<number, SessionOperation[]> {
  const histories = new Map<number, SessionOperation[]>();
  for (const file of files) {
    for (const { session, operation } of operationsIn(readLines(file))) {
      const history = histories.get(session) ?? [];
      histories.set(session, history);
      history.push(operation);
    }
  }
  return histories;
}

/** A killed process may have left half a line. */
function readLines(file: string): Line[] {
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.map((text) => JSON.parse(text) as Line);
}

function* operationsIn(lines: readonly Line[]): Generator<{ session: number; operation: SessionOperation }> {
  const answers = new Map(lines.flatMap((line) => ('output' in line ? [[line.call, line] as const] : [])));
  for (const line of lines) {
    if (!('views' in line)) continue;
    const answer = answers.get(line.call);
    const heard =
      answer === undefined
        ? { returned: Number.POSITIVE_INFINITY }
        : { returned: answer.at, output: answer.output };
    for (const { session, input } of line.views)
      yield { session, operation: { client: line.call, input, invoked: line.at, ...heard } };
  }
}

/** A history as people read it, in the order of invocation, times in ms since the first. */
export function formatHistory(history: readonly SessionOperation[]): string {
  const sorted = history.toSorted((a, b) => a.invoked - b.invoked);
  const start = sorted[0]?.invoked ?? 0;
  const ms = (us: number): string =>
    Number.isFinite(us) ? ((us - start) / 1000).toFixed(2).padStart(10) : '         ?';
  return sorted
    .map(
      ({ client, input, output, invoked, returned }) =>
        `${ms(invoked)} ${ms(returned)}  ${client}: ${formatInput(input)} = ${output === undefined ? '?' : JSON.stringify(output)}`,
    )
    .join('\n');
}

function formatInput({ kind, ...details }: SessionInput): string {
  return `${kind} ${Object.values(details).join(' ')}`.trim();
}
