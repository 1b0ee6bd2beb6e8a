/**
 * One client of the linearizability campaign: asks the store for one thing after the other, by a seeded plan, and writes down what it asked
 * and what it heard.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session, TokenStore } from '@tokenpair/core/store';
import { SESSIONS_A_SUBJECT, type SessionInput, type SessionOutput } from './session-machine.ts';

/** A fixed time far ahead, so that no database's own expiry meets a record. */
const T0 = 4_102_444_800_000;
const LIFE_MS = 30 * 86_400_000;
/** Longer silence is an unknown outcome. */
const PATIENCE_MS = 600;

/** Sessions are numbered; neighbours share a subject. */
export interface ClientPlan {
  /** Names the client in the histories; unique, also after a restart. */
  readonly client: string;
  readonly sessions: readonly number[];
  readonly operations: number;
  readonly random: () => number;
}

/** Written before a call and after its answer, so that a killed client leaves its last call as one of unknown outcome. */
export interface HistoryLog {
  /** The same call may concern several sessions, each with its own view of it. */
  invoked(call: string, views: readonly SessionView[]): void;
  answered(call: string, output: SessionOutput): void;
}

export interface SessionView {
  readonly session: number;
  readonly input: SessionInput;
}

interface Call {
  readonly views: readonly SessionView[];
  run(): Promise<SessionOutput>;
}

/** Carries the plan out. */
export async function runClient(store: TokenStore, plan: ClientPlan, log: HistoryLog): Promise<void> {
  const known = new Map<number, number>();
  const lost = new Set<number>();
  for (let n = 0; n < plan.operations; n += 1) {
    const session = plan.sessions[Math.floor(plan.random() * plan.sessions.length)] ?? 0;
    const by = `${plan.client}.${n}`;
    const choice = { session, by, generation: known.get(session) ?? 0, random: plan.random };
    const call = lost.delete(session) ? find(store, session) : chooseCall(store, choice);
    log.invoked(by, call.views);
    const output = await outcomeOf(call);
    if (output === undefined) continue;
    log.answered(by, output);
    if (output === null) lost.add(session);
    else if (typeof output === 'object') known.set(session, output.generation);
  }
}

async function outcomeOf(call: Call): Promise<SessionOutput | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([
      call.run(),
      sleep(PATIENCE_MS, undefined, { signal: late.signal, ref: true }),
    ]);
  } catch {
    // The step may have been taken or not. A pause keeps a client whose connection is gone from burning its plan.
    await sleep(5);
    return undefined;
  } finally {
    late.abort();
  }
}

interface Choice {
  readonly session: number;
  /** Names the call. */
  readonly by: string;
  /** As far as the client knows. */
  readonly generation: number;
  readonly random: () => number;
}

function chooseCall(store: TokenStore, choice: Choice): Call {
  const { session, by, generation, random } = choice;
  const way = random();
  if (generation === 0 && way < 0.3) return create(store, session, by);
  if (way < 0.52) return advance(store, choice);
  if (way < 0.55) return advance(store, { ...choice, generation: Math.max(0, generation - 1) });
  if (way < 0.75) return find(store, session);
  if (way < 0.885) return ask(store, session, random);
  if (way < 0.98) return blacklist(store, session, Math.floor(random() * TOKENS));
  if (way < 0.99) return revoke(store, session);
  return revokeSubject(store, session, random() < 0.5);
}

const TOKENS = 8;

function refOf(session: number): { id: string; subject: string } {
  return { id: `session-${session}`, subject: `subject-${Math.floor(session / SESSIONS_A_SUBJECT)}` };
}

function tokenOf(session: number, token: number): { id: string; subject: string; expiresAt: number } {
  return { id: `token-${session}-${token}`, subject: refOf(session).subject, expiresAt: T0 + LIFE_MS };
}

function create(store: TokenStore, session: number, by: string): Call {
  return {
    views: [{ session, input: { kind: 'create', by } }],
    async run() {
      await store.create(newSession(session, by), { now: T0 });
      return true;
    },
  };
}

function newSession(session: number, by: string): Session {
  const times = { createdAt: T0, authTime: T0, rotatedAt: T0, lastUsedAt: T0 };
  const ends = { endsAt: T0 + LIFE_MS, expiresAt: T0 + LIFE_MS };
  return { ...refOf(session), ...times, ...ends, generation: 0, rotatedBy: by };
}

/** Now and then over a gap, as a recovery goes. */
function advance(store: TokenStore, { session, by, generation: from, random }: Choice): Call {
  const to = from + (random() < 0.05 ? 3 : 1);
  const next = { generation: to, rotatedAt: T0 + to, rotatedBy: by, expiresAt: T0 + LIFE_MS };
  return {
    views: [{ session, input: { kind: 'advance', from, to, by } }],
    run: async () => seen(await store.advance(refOf(session), from, next)),
  };
}

function find(store: TokenStore, session: number): Call {
  return {
    views: [{ session, input: { kind: 'find' } }],
    run: async () => seen(await store.find(refOf(session), T0)),
  };
}

function seen(record: Session | undefined): SessionOutput {
  if (record === undefined) return null;
  const { generation, rotatedBy, revokedAt } = record;
  return { generation, by: rotatedBy, revoked: revokedAt !== undefined };
}

function ask(store: TokenStore, session: number, random: () => number): Call {
  const token = random() < 0.5 ? Math.floor(random() * TOKENS) : undefined;
  const asksSession = token === undefined || random() < 0.5;
  const about = token === undefined ? {} : { token };
  return {
    views: [{ session, input: { kind: 'is-live', session: asksSession, ...about } }],
    run: () =>
      store.isLive(
        {
          ...(asksSession ? { session: refOf(session) } : {}),
          ...(token === undefined ? {} : { token: tokenOf(session, token) }),
        },
        T0,
      ),
  };
}

function blacklist(store: TokenStore, session: number, token: number): Call {
  return {
    views: [{ session, input: { kind: 'blacklist', token } }],
    run: () => store.blacklist(tokenOf(session, token), T0),
  };
}

function revoke(store: TokenStore, session: number): Call {
  return {
    views: [{ session, input: { kind: 'revoke' } }],
    run: () => store.revoke(refOf(session), { at: T0, reason: 'logout' }),
  };
}

function revokeSubject(store: TokenStore, session: number, alone: boolean): Call {
  const { subject } = refOf(session);
  const first = session - (session % SESSIONS_A_SUBJECT);
  const siblings = Array.from({ length: SESSIONS_A_SUBJECT }, (_, n) => first + n);
  const except = siblings.find((sibling) => sibling !== session) ?? session;
  const target = alone ? { subject, except: refOf(except).id } : { subject };
  const hit = alone ? [session] : siblings;
  return {
    views: hit.map((each) => ({ session: each, input: { kind: 'revoke-subject', alone } })),
    run: () => store.revoke(target, { at: T0, reason: 'logout' }),
  };
}
