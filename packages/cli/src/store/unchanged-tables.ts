/**
 * Stores bring their tables up to date when they are opened. A command of another release than the service's would so lock the
 * service out, and nobody had asked for it: here statements that make or change tables are refused, but for `store migrate`.
 *
 * @module
 */
import { Refusal } from '../run/errors.ts';

const CHANGES_TABLES = /^\s*(?:CREATE|ALTER|DROP)\b/im;

/** @throws Refusal `not_migrated` for a statement that makes or changes a table */
export function assertChangesNoTable(sql: string): void {
  if (!CHANGES_TABLES.test(sql)) return;
  throw new Refusal(
    'not_migrated',
    'its tables are missing or of an older release: tokenpair store migrate makes them',
  );
}
