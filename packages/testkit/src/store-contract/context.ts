import type { Advance, Session, TokenStore } from '@tokenpair/core/store';
import type { StoreFixture } from './fixture.ts';

/** What a test of the contract is given. */
export interface ContractContext {
  readonly store: TokenStore;
  /** The second handle on the same data; the store itself where the fixture has none. */
  readonly peer: TokenStore;
  readonly reopen: StoreFixture['reopen'];
  readonly stranger: StoreFixture['stranger'];
}

/** A named group of tests, by what a store has to be able to do for them. */
export interface ContractSection {
  readonly name: string;
  /** For every store. */
  readonly least?: ContractTests;
  /** For a store without `'records'`. */
  readonly bare?: ContractTests;
  /** For a store with `'records'`. */
  readonly records?: ContractTests;
  /** For a store with `'records'` and `'subjects'`. */
  readonly subjects?: ContractTests;
}

/** Tests by name; each name is a sentence. */
export type ContractTests = Readonly<Record<string, ContractTest>>;

export type ContractTest = (context: ContractContext) => Promise<void>;

/** 2100-01-01. Far ahead, so that no database's own expiry meets a record of the contract. */
export const T0 = 4_102_444_800_000;
export const SECOND = 1_000;
export const HOUR: number = 3_600 * SECOND;
export const DAY: number = 24 * HOUR;

/** Runs one test on a fixture and closes it, whatever comes of the test. */
export async function withContext(fixture: StoreFixture, test: ContractTest): Promise<void> {
  const { store, peer, reopen, stranger, close } = fixture;
  try {
    await test({ store, reopen, stranger, peer: (await peer?.()) ?? store });
  } finally {
    await close?.();
  }
}

/** A session without optional members, every time in it different, so that no two can be mixed up unnoticed. */
export function sessionOf(members: Partial<Session> = {}): Session {
  return {
    id: 's1',
    subject: 'user-1',
    createdAt: T0,
    authTime: T0 - 7 * SECOND,
    endsAt: T0 + 30 * DAY,
    generation: 0,
    rotatedAt: T0 + 1,
    rotatedBy: 'request-0',
    expiresAt: T0 + DAY,
    lastUsedAt: T0 + 2,
    ...members,
  };
}

/** A session with every optional member but the mark of a revocation. */
export function fullSessionOf(members: Partial<Session> = {}): Session {
  return sessionOf({
    epoch: 'epoch-1',
    scope: 'read write',
    data: { plan: 'pro', nested: { list: [1, 'two', null] } },
    client: { userAgent: 'Mozilla/5.0', ip: '192.0.2.1', label: 'Work phone' },
    ...members,
  });
}

/** The rotation to `generation`, an hour apart from its neighbours. */
export function advanceTo(generation: number, members: Partial<Advance> = {}): Advance {
  const rotatedAt = T0 + generation * HOUR;
  return {
    generation,
    rotatedAt,
    rotatedBy: `request-${generation}`,
    expiresAt: rotatedAt + DAY,
    ...members,
  };
}

/** What the record has to be after an advance. */
export function advanced(session: Session, next: Advance): Session {
  const client = next.client && { client: { ...session.client, ...next.client } };
  return { ...session, ...next, ...client, lastUsedAt: next.rotatedAt };
}

/** The numbers from 0 to `count` - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** How many of the calls resolved, and why the others did not. */
export async function outcomes(
  calls: readonly Promise<unknown>[],
): Promise<{ resolved: number; reasons: unknown[] }> {
  const settled = await Promise.allSettled(calls);
  const reasons = settled.flatMap((call) => (call.status === 'rejected' ? [call.reason as unknown] : []));
  return { resolved: settled.length - reasons.length, reasons };
}
