import type { Machine, Operation } from './checker.ts';

/** What a client asks of one session and the few tokens beside it. */
export type SessionInput =
  | { readonly kind: 'create'; readonly by: string }
  | { readonly kind: 'advance'; readonly from: number; readonly to: number; readonly by: string }
  | { readonly kind: 'find' }
  | { readonly kind: 'revoke' }
  /** Of the subject's sessions, of which this is one; `alone` when all others were excepted. */
  | { readonly kind: 'revoke-subject'; readonly alone: boolean }
  | { readonly kind: 'blacklist'; readonly token: number }
  | { readonly kind: 'is-live'; readonly session: boolean; readonly token?: number };

/** A record as far as it is judged. */
export interface SeenRecord {
  readonly generation: number;
  readonly by: string;
  readonly revoked: boolean;
}

/** A record or `null` for none; a count; or a yes or no. `true` for what resolves to nothing. */
export type SessionOutput = SeenRecord | null | number | boolean;

export type SessionOperation = Operation<SessionInput, SessionOutput>;

export interface SessionState {
  /** `undefined` while the session does not exist. */
  readonly record: SeenRecord | undefined;
  /** One bit a token. */
  readonly blacklisted: number;
}

/** How many sessions each subject has. */
export const SESSIONS_A_SUBJECT = 2;

/** The store port, one session at a time. */
export const sessionMachine: Machine<SessionState, SessionInput, SessionOutput> = {
  initial: { record: undefined, blacklisted: 0 },

  step(state, input, output) {
    const { record, blacklisted } = state;
    const says = (expected: SessionOutput): boolean => output === undefined || isSame(output, expected);
    const to = (changed: SeenRecord): SessionState => ({ record: changed, blacklisted });
    const live = isLive(record);
    switch (input.kind) {
      case 'create':
        if (record !== undefined) return output === undefined ? state : undefined;
        return says(true) ? to({ generation: 0, by: input.by, revoked: false }) : undefined;
      case 'advance': {
        if (!live || record?.generation !== input.from) return says(null) ? state : undefined;
        const changed = { generation: input.to, by: input.by, revoked: false };
        return says(changed) ? to(changed) : undefined;
      }
      case 'find':
        return says(record ?? null) ? state : undefined;
      case 'revoke':
        if (!says(live ? 1 : 0)) return undefined;
        return record !== undefined && live ? to({ ...record, revoked: true }) : state;
      case 'revoke-subject':
        if (!couldCount(output, input.alone, live)) return undefined;
        return record !== undefined && live ? to({ ...record, revoked: true }) : state;
      case 'blacklist': {
        const bit = 1 << input.token;
        if (!says((blacklisted & bit) === 0)) return undefined;
        return { record, blacklisted: blacklisted | bit };
      }
      case 'is-live': {
        const isBlacklisted = input.token !== undefined && (blacklisted & (1 << input.token)) !== 0;
        return says((!input.session || live) && !isBlacklisted) ? state : undefined;
      }
    }
  },

  key: ({ record, blacklisted }) =>
    record === undefined
      ? `- ${blacklisted}`
      : `${record.generation} ${record.by} ${record.revoked} ${blacklisted}`,
};

function isLive(record: SeenRecord | undefined): boolean {
  return record !== undefined && !record.revoked;
}

/** The count is that of all the subject's sessions: none and all say something of each. */
function couldCount(output: SessionOutput | undefined, alone: boolean, live: boolean): boolean {
  if (output === undefined) return true;
  if (output === 0) return !live;
  if (output === (alone ? 1 : SESSIONS_A_SUBJECT)) return live;
  return !alone && typeof output === 'number' && output > 0 && output < SESSIONS_A_SUBJECT;
}

function isSame(a: SessionOutput, b: SessionOutput): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return a.generation === b.generation && a.by === b.by && a.revoked === b.revoked;
}
