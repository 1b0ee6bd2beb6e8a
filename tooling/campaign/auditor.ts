/**
 * Looks from outside at what clients were told and what the store holds afterwards, and says where that cannot have been right.
 *
 * @module
 */
import type { Session, SessionRef } from '@tokenpair/core/store';
import { groupBy } from './group-by.ts';
import type { Exchange } from './honest-client.ts';
import type { Check } from './report.ts';

/** What the app told of one step, as its event log has it. */
export interface NotedEvent {
  readonly name: string;
  readonly session: string;
  readonly generation: number;
}

export interface Evidence {
  readonly exchanges: readonly Exchange[];
  readonly events: readonly NotedEvent[];
  /** The session each client holds in the end, the clients being idle. */
  readonly held: readonly (SessionRef & { readonly generation: number })[];
  readonly find: (ref: SessionRef) => Promise<Session | undefined>;
}

export async function audit(evidence: Evidence): Promise<Check[]> {
  const sessions = groupBy(
    evidence.exchanges.filter(({ session }) => session !== undefined),
    ({ session }) => session as string,
  );
  return [
    { name: 'no session is double-valid (I1, I2)', failures: findDoubles(sessions, evidence.events) },
    { name: 'generations go up by one (I6)', failures: findJumps(evidence.exchanges) },
    { name: 'no acknowledged logout is lost (I3)', failures: await findLostLogouts(sessions, evidence.find) },
    { name: 'no honest client is taken for a thief (I5)', failures: findAccused(evidence) },
    { name: 'no honest client loses its session (I5)', failures: findLosses(sessions) },
    { name: 'nothing is answered but 200, 401 and 503 (I8)', failures: findOddAnswers(evidence.exchanges) },
    { name: 'the store stands where the clients stand (I6)', failures: await findDrift(evidence) },
  ];
}

type Sessions = ReadonlyMap<string, readonly Exchange[]>;

function findDoubles(sessions: Sessions, events: readonly NotedEvent[]): string[] {
  const given = [...sessions].flatMap(([session, exchanges]) => {
    const prints = groupBy(
      exchanges.filter((exchange) => exchange.given !== undefined),
      (exchange) => exchange.given?.generation ?? 0,
    );
    return [...prints].flatMap(([generation, of]) =>
      new Set(of.map((exchange) => exchange.given?.print)).size > 1
        ? [
            `generation ${generation} of ${session} was given out as different tokens\n${historyOf(exchanges)}`,
          ]
        : [],
    );
  });
  const rotations = groupBy(
    events.filter(({ name }) => name === 'session.refreshed'),
    ({ session, generation }) => `generation ${generation} of ${session}`,
  );
  const twice = [...rotations].flatMap(([what, of]) =>
    of.length > 1 ? [`${what} was rotated to twice`] : [],
  );
  return [...given, ...twice];
}

function findJumps(exchanges: readonly Exchange[]): string[] {
  return exchanges.flatMap(({ kind, session, generation, given }) =>
    kind === 'refresh' && given !== undefined && given.generation !== (generation ?? 0) + 1
      ? [`${session}: generation ${generation} gave ${given.generation}`]
      : [],
  );
}

/** From when on a session is over: its first logout was acknowledged. */
function endOf(exchanges: readonly Exchange[]): number {
  const ends = exchanges.flatMap(({ kind, status, ended }) =>
    kind === 'logout' && status === 200 ? [ended] : [],
  );
  return Math.min(...ends, Number.POSITIVE_INFINITY);
}

async function findLostLogouts(sessions: Sessions, find: Evidence['find']): Promise<string[]> {
  const lost: string[] = [];
  for (const [session, exchanges] of sessions) {
    const end = endOf(exchanges);
    if (end === Number.POSITIVE_INFINITY) continue;
    const later = exchanges.find(
      ({ kind, started, status }) => kind !== 'logout' && started > end && status === 200,
    );
    if (later !== undefined) lost.push(`${session}: ${later.kind} was answered 200\n${historyOf(exchanges)}`);
    const record = await find({ id: session, subject: exchanges[0]?.client ?? '' });
    if (record?.revokedAt === undefined)
      lost.push(`${session}: its record is ${record === undefined ? 'gone' : 'live'}`);
  }
  return lost;
}

function findAccused({ exchanges, events }: Evidence): string[] {
  const told = exchanges.filter(({ code }) => code === 'refresh_token_reused');
  const noted = events.filter(({ name }) => name === 'refresh.reused');
  return [
    ...told.map(
      ({ session, generation }) =>
        `${session}: generation ${generation}\n${historyOf(exchanges.filter((one) => one.session === session))}`,
    ),
    ...noted.map(({ session }) => `event refresh.reused of ${session}`),
  ];
}

/** 401 for a session that nobody has begun to log out. */
function findLosses(sessions: Sessions): string[] {
  return [...sessions].flatMap(([session, exchanges]) => {
    const leaving = Math.min(
      ...exchanges.filter(({ kind }) => kind === 'logout').map(({ started }) => started),
    );
    const refused = exchanges.find(({ status, ended }) => status === 401 && ended < leaving);
    return refused === undefined ? [] : [`${session}: ${refused.code}\n${historyOf(exchanges)}`];
  });
}

function findOddAnswers(exchanges: readonly Exchange[]): string[] {
  return exchanges.flatMap(({ kind, status, code }) =>
    [0, 200, 401, 503].includes(status) ? [] : [`${kind}: ${status} ${code ?? ''}`],
  );
}

async function findDrift({ held, find }: Evidence): Promise<string[]> {
  const drifted: string[] = [];
  for (const { id, subject, generation } of held) {
    const record = await find({ id, subject });
    if (record?.generation !== generation || record.revokedAt !== undefined)
      drifted.push(
        `${id}: the client holds ${generation}, the store ${record?.generation} ${record?.revokedFor ?? ''}`,
      );
  }
  return drifted;
}

const SHOWN = 16;

/** The last exchanges of a session, times in ms since the first shown. */
export function historyOf(exchanges: readonly Exchange[]): string {
  const sorted = exchanges.toSorted((a, b) => a.started - b.started).slice(-SHOWN);
  const start = sorted[0]?.started ?? 0;
  const ms = (time: number): string => (time - start).toFixed(1).padStart(9);
  return sorted
    .map(({ kind, generation, started, ended, status, code, given }) => {
      const outcome = given === undefined ? (code ?? '') : `generation ${given.generation} ${given.print}`;
      return `${ms(started)} ${ms(ended)}  ${kind} ${generation ?? ''} = ${status || 'no answer'} ${outcome}`;
    })
    .join('\n');
}
