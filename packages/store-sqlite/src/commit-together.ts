import { inTransaction, type SqliteDatabase } from './database.ts';
import type { Statements } from './statements.ts';

/** A step of one caller: it reads and writes, and may throw. */
export type Step<T = unknown> = (sql: Statements) => T;

/** What came of a step. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Takes the steps one after the other in one transaction. A step that throws takes back what it wrote itself and leaves the
 * others alone. When this throws, no step was taken.
 */
export function commitTogether(database: SqliteDatabase, sql: Statements, steps: readonly Step[]): Outcome[] {
  const [only] = steps;
  if (steps.length === 1 && only) return [{ value: inTransaction(database, () => only(sql)) }];
  return inTransaction(database, () => steps.map((step) => attempt(database, () => step(sql))));
}

function attempt(database: SqliteDatabase, step: () => unknown): Outcome {
  database.exec('SAVEPOINT tokenpair_step');
  let outcome: Outcome;
  try {
    outcome = { value: step() };
  } catch (error) {
    takeBack(database, error);
    outcome = { error };
  }
  database.exec('RELEASE tokenpair_step');
  return outcome;
}

function takeBack(database: SqliteDatabase, error: unknown): void {
  try {
    database.exec('ROLLBACK TO tokenpair_step');
  } catch {
    throw error; // a full disk or a failed write ended the transaction, and with it every step of it
  }
}
