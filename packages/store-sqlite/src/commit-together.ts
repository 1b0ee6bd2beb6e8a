import { hasTransaction, inTransaction, type SqliteDatabase } from './database.ts';
import type { Statements } from './statements.ts';

/** A step of one caller: it reads and writes, and may throw. */
export interface Step<T = unknown> {
  (sql: Statements): T;
  /** It changes nothing but by one statement: that takes back by itself what it wrote. */
  readonly isOneStatement?: boolean;
}

/** Marks a step that changes nothing but by one statement: savepoints around it would cost as much as it does. */
export function oneStatement<T>(step: (sql: Statements) => T): Step<T> {
  return Object.assign(step, { isOneStatement: true });
}

/** What came of a step. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Takes the steps one after the other in one transaction. A step that throws takes back what it wrote itself and leaves the
 * others alone. When this throws, no step was taken.
 */
export function commitTogether(database: SqliteDatabase, sql: Statements, steps: readonly Step[]): Outcome[] {
  const [only] = steps;
  if (steps.length === 1 && only) return [{ value: inTransaction(database, () => only(sql)) }];
  return inTransaction(database, () =>
    steps.map((step) =>
      step.isOneStatement ? attemptBare(database, () => step(sql)) : attempt(database, () => step(sql)),
    ),
  );
}

function attemptBare(database: SqliteDatabase, step: () => unknown): Outcome {
  try {
    return { value: step() };
  } catch (error) {
    if (!hasTransaction(database)) throw error; // a full disk or a failed write ended it, and with it every step of it
    return { error };
  }
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
    throw error; // the transaction has ended, and with it every step of it
  }
}
