import { type Logger, pino } from 'pino';
import type { LogLevel } from '../settings/settings.ts';

/** The service's log: one JSON object a line, on stdout. */
export type Log = Logger;

const STDOUT = 1;
/** Kept for a file system that is full to have room again; lines beyond are lost. */
const LONGEST_KEPT = 1_048_576;

/** Lines are written at once, so that none is lost when the process is killed; when nobody reads them any more, or there is no room for them, it goes on without. */
export function createLog(level: LogLevel): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  // By itself pino writes behind, and what is left when the process ends it tries to write for ever where nobody reads.
  const destination = pino.destination({ dest: STDOUT, sync: true, maxLength: LONGEST_KEPT });
  destination.on('error', () => undefined); // there is no other place to tell of it
  return pino(options, destination);
}
