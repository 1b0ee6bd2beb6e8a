import { type Logger, pino } from 'pino';
import type { LogLevel } from '../settings/settings.ts';

/** The service's log: one JSON object a line, on stdout. */
export type Log = Logger;

/** Lines are written at once, so that none is lost when the process is killed. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
