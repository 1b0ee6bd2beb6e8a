/** The invariants of the design, by number. */
export const INVARIANTS = {
  I1: 'at most one generation of a session can rotate',
  I2: 'any number of concurrent uses of one token give one successor',
  I3: 'after a logout is acknowledged no refresh succeeds',
  I4: 'reuse ends the session durably',
  I5: 'a client that retries on error within grace is never logged out',
  I6: 'generations never go back',
  I7: 'nothing that needs the store is accepted while it is away',
  I8: 'no input causes an unhandled error or a 5xx but 503',
  I9: 'the absolute end is never extended',
  table: 'every answer is that of the refresh table',
  up: 'a store that is well gives no 503',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** Something that must not happen, and what it breaks. */
export class InvariantViolation extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant} (${INVARIANTS[invariant]}): ${what}`);
    this.name = 'InvariantViolation';
    this.invariant = invariant;
  }
}

/** @throws InvariantViolation when it does not hold */
export function hold(holds: boolean, invariant: Invariant, what: string): asserts holds {
  if (!holds) throw new InvariantViolation(invariant, what);
}
