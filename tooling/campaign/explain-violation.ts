import { checkHistory } from './checker.ts';
import { formatHistory } from './history-log.ts';
import { type SessionOperation, sessionMachine } from './session-machine.ts';

const SHOWN = 30;

/** The end of the shortest beginning of a history that cannot have happened, as text. */
export function explainViolation(history: readonly SessionOperation[]): string {
  const returns = history
    .map(({ returned }) => returned)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const end = returns.find(
    (time) => checkHistory(sessionMachine, beginningOf(history, time)) === 'violation',
  );
  const shown = beginningOf(history, end ?? Number.POSITIVE_INFINITY).toSorted(
    (a, b) => a.invoked - b.invoked,
  );
  const left = shown.length > SHOWN ? `(after ${shown.length - SHOWN} operations)\n` : '';
  return `${left}${formatHistory(shown.slice(-SHOWN))}`;
}

/** What had been asked and heard by a time; what came later was not known yet. */
function beginningOf(history: readonly SessionOperation[], end: number): SessionOperation[] {
  return history
    .filter(({ invoked }) => invoked <= end)
    .map((operation) => {
      if (operation.returned <= end) return operation;
      const { client, input, invoked } = operation;
      return { client, input, invoked, returned: Number.POSITIVE_INFINITY };
    });
}
