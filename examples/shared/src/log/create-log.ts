import { type Logger, pino } from 'pino';
import type { LogLevel } from '../settings/settings.ts';

/** The service's log: one JSON object a line, on stdout. */
export type Log = Logger;

const STDOUT = 1;

/** Lines are written at once, so that none is lost when the process is killed; when nobody reads them any more, it goes on without. */
export function createLog(level: LogLevel): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  // By itself pino writes behind, and what is left when the process ends it tries to write for ever where nobody reads.
  return pino(options, pino.destination({ dest: STDOUT, sync: true }));
}
