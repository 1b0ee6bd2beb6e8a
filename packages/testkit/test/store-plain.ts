import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Advance,
  COLLECT_AFTER_MS,
  type CreateRule,
  HEARTBEAT_MS,
  type Revocation,
  type RevocationListener,
  type RevokeMark,
  type Session,
  SessionLimitError,
  type SessionRef,
  type StoreWarning,
  type TokenRef,
  type TokenStore,
  type Watch,
} from '@tokenpair/core/store';

type Step = 'create' | 'insert' | 'advance' | 'revoke' | 'blacklist' | 'prune' | 'watch';

/** The decisions of {@link plainStore}, each of which a test can take wrongly. */
export interface Rules {
  /** Steps that read, let others run, and only then write. */
  readonly gaps: readonly Step[];
  readonly name: string;
  readonly durable: boolean;
  keep(session: Session): Session;
  handOut(session: Session, by: 'find' | 'advance' | 'list'): Session;
  keyOf(ref: SessionRef): string;
  tokenKeyOf(token: TokenRef): string;
  mayInsert(existing: Session | undefined, now: number): boolean;
  checksIdBeforeLimit: boolean;
  limitOf(rule: CreateRule): number;
  countsIn(session: Session, subject: string, now: number): boolean;
  evictsBy(a: Session, b: Session): number;
  evicted(session: Session, now: number): Session;
  refuses(rule: CreateRule): boolean;
  refusal(): Error;
  mayAdvance(session: Session, from: number, next: Advance): boolean;
  moved(session: Session, next: Advance): Session;
  /** Made where there is none, by advance and by revoke. */
  stub(ref: SessionRef): Session | undefined;
  /** What find answers where there is nothing. */
  invented(ref: SessionRef): Session | undefined;
  isTarget(session: Session, target: { subject: string; except?: string }): boolean;
  mayMark(session: Session): boolean;
  marked(session: Session, mark: RevokeMark): Session;
  countOf(marked: number, found: number): number;
  isLive(session: Session | undefined, now: number): boolean;
  isBlacklisted(expiresAt: number | undefined, now: number): boolean;
  isFirst(expiresAt: number | undefined, now: number): boolean;
  checks(ids: { session: boolean; token: boolean }): { session: boolean; token: boolean };
  isListed(session: Session, subject: string, now: number): boolean;
  listsBy(a: Session, b: Session): number;
  listed(sessions: Session[]): Session[];
  mayCollect(session: Session, now: number): boolean;
  mayCollectToken(expiresAt: number, now: number): boolean;
  pruneLimits(limit: number | undefined): { sessions: number; tokens: number; together: number };
  removes(session: Session): boolean;
  prunedCount(count: number): number;
  readonly capabilities: TokenStore['capabilities'];
  readonly warnings: readonly StoreWarning[] | undefined;
  readonly hasFeed: boolean;
  /** One set of names for sessions and tokens: ending one ends the other. */
  readonly sharesNames: boolean;
  /** What the feed keeps of an end; nothing where the answer is undefined. */
  fed(entry: Revocation): Revocation | undefined;
  /** Whether ends that did not happen are fed too. */
  readonly feedsAll: boolean;
  evictedUntil(session: Session, rule: CreateRule): number;
  endedUntil(session: Session, mark: RevokeMark): number;
  /** The first calls of a listener. */
  starts(kept: readonly Revocation[]): (readonly Revocation[])[];
  /** What the listener of that place in the order of subscription is told, on a handle of its own or another. */
  tells(entries: readonly Revocation[], to: { place: number; own: boolean }): readonly Revocation[];
  readonly beatMs: number;
  readonly delayMs: number;
  /** The proof that a call at this time gives. */
  readonly proves: (now: number) => number;
  closes: boolean;
  keepsFed(entry: Revocation, now: number): boolean;
}

const isUnended = (session: Session, now: number): boolean => now < session.endsAt && now < session.expiresAt;
const isOpen = (session: Session): boolean => session.revokedAt === undefined;

/** The rules as the port has them. */
export const RIGHT: Rules = {
  gaps: [],
  name: 'plain',
  durable: false,
  keep: structuredClone,
  handOut: (session) => structuredClone(session),
  keyOf: ({ subject, id }) => JSON.stringify([subject, id]),
  tokenKeyOf: ({ subject, id }) => JSON.stringify([subject, id]),
  mayInsert: (existing) => existing === undefined,
  checksIdBeforeLimit: true,
  limitOf: ({ limit = Number.POSITIVE_INFINITY }) => limit,
  countsIn: (session, subject, now) =>
    session.subject === subject && isOpen(session) && isUnended(session, now),
  evictsBy: (a, b) => a.createdAt - b.createdAt,
  evicted: (session, now) => ({ ...session, revokedAt: now, revokedFor: 'evicted' }),
  refuses: ({ onLimit }) => onLimit === 'refuse',
  refusal: () => new SessionLimitError(),
  mayAdvance: (session, from, next) =>
    session.generation === from && isOpen(session) && next.rotatedAt < session.endsAt,
  moved: (session, next) =>
    structuredClone({
      ...session,
      ...next,
      ...(next.client && { client: { ...session.client, ...next.client } }),
      lastUsedAt: next.rotatedAt,
    }),
  stub: () => undefined,
  invented: () => undefined,
  isTarget: (session, { subject, except }) => session.subject === subject && session.id !== except,
  mayMark: isOpen,
  marked: (session, { at, reason }) => ({ ...session, revokedAt: at, revokedFor: reason }),
  countOf: (marked) => marked,
  isLive: (session, now) => session !== undefined && isOpen(session) && now < session.endsAt,
  isBlacklisted: (expiresAt) => expiresAt !== undefined,
  isFirst: (expiresAt) => expiresAt === undefined,
  checks: (given) => given,
  isListed: (session, subject, now) =>
    session.subject === subject && isOpen(session) && isUnended(session, now),
  listsBy: (a, b) => b.createdAt - a.createdAt,
  listed: (sessions) => sessions,
  mayCollect: (session, now) => session.endsAt + COLLECT_AFTER_MS <= now,
  mayCollectToken: (expiresAt, now) => expiresAt + COLLECT_AFTER_MS <= now,
  pruneLimits: (limit = 1_000) => ({ sessions: limit, tokens: limit, together: limit }),
  removes: () => true,
  prunedCount: (count) => count,
  capabilities: undefined,
  warnings: [{ code: 'not_durable', detail: 'All is lost when the process ends.' }],
  fed: (entry) => entry,
  hasFeed: true,
  sharesNames: false,
  feedsAll: false,
  evictedUntil: (session, { until = session.endsAt }) => until,
  endedUntil: (session, { until = session.endsAt }) => until,
  starts: (kept) => [kept],
  tells: (entries) => entries,
  beatMs: HEARTBEAT_MS / 2,
  delayMs: 0,
  proves: (now) => now,
  closes: true,
  keepsFed: ({ until }, now) => now < until,
};

/** What a plain store keeps; two stores over one are two handles on the same data. */
export interface PlainState {
  readonly sessions: Map<string, Session>;
  readonly tokens: Map<string, number>;
  readonly feed: PlainFeed;
}

/** What was ended, and who is to hear of it. */
export interface PlainFeed {
  kept: Revocation[];
  readonly listeners: Set<(entries: readonly Revocation[], from: Rules) => void>;
  subscribed: number;
}

export function plainState(): PlainState {
  return {
    sessions: new Map(),
    tokens: new Map(),
    feed: { kept: [], listeners: new Set(), subscribed: 0 },
  };
}

/** A store as simple as the port allows, correct with {@link RIGHT} rules. */
export function plainStore(
  wrong: Partial<Rules> = {},
  { sessions, tokens, feed }: PlainState = plainState(),
): TokenStore {
  const rules: Rules = { ...RIGHT, ...wrong };
  const all = (): Session[] => [...sessions.values()];
  const write = (session: Session): void => void sessions.set(rules.keyOf(session), session);
  const gap = (step: Step): Promise<void> | undefined => (rules.gaps.includes(step) ? nextTurn() : undefined);

  function stubFor(ref: SessionRef): void {
    const stub = sessions.has(rules.keyOf(ref)) ? undefined : rules.stub(ref);
    if (stub) write(stub);
  }

  function tell(...ends: Revocation[]): void {
    const entries = ends.flatMap((entry) => rules.fed(entry) ?? []);
    feed.kept.push(...entries);
    for (const listener of feed.listeners) listener(entries, rules);
  }

  async function watch(listener: RevocationListener): Promise<Watch> {
    const place = feed.subscribed++;
    let open = true;
    const call = (entries: readonly Revocation[]): void => {
      if (open) listener(entries, rules.proves(performance.now()));
    };
    const hear = (entries: readonly Revocation[], from: Rules): void => {
      const told = rules.tells(entries, { place, own: from === rules });
      if (rules.delayMs > 0) setTimeout(() => call(told), rules.delayMs);
      else call(told);
    };
    const first = rules.starts([...feed.kept]);
    if (rules.gaps.includes('watch')) await gap('watch');
    for (const entries of first) call(entries);
    const beat = setInterval(call, rules.beatMs, []);
    feed.listeners.add(hear);
    return {
      async close() {
        clearInterval(beat);
        if (!rules.closes) return;
        feed.listeners.delete(hear);
        open = false;
      },
    };
  }

  const { capabilities, warnings } = rules;
  return {
    name: rules.name,
    durable: rules.durable,
    ...(capabilities && { capabilities }),
    ...(warnings && { check: async () => warnings }),
    ...(rules.hasFeed && { watch }),

    async create(session, rule) {
      const mayInsert = rules.mayInsert(sessions.get(rules.keyOf(session)), rule.now);
      if (rules.checksIdBeforeLimit && !mayInsert) throw new Error('exists');
      const counted = all().filter((other) => rules.countsIn(other, session.subject, rule.now));
      const beyond = Math.max(0, counted.length + 1 - rules.limitOf(rule));
      if (beyond > 0 && rules.refuses(rule)) throw rules.refusal();
      if (rules.gaps.includes('create')) await gap('create');
      const evicted = counted.sort(rules.evictsBy).slice(0, beyond);
      for (const other of evicted) write(rules.evicted(other, rule.now));
      if (!mayInsert) throw new Error('exists');
      if (rules.gaps.includes('insert')) {
        write(rules.keep(session));
        await gap('insert');
      }
      write(rules.keep(session));
      const mark = { at: rule.now, reason: 'evicted' } as const;
      tell(
        ...evicted.map((other) => ({ session: other.id, ...mark, until: rules.evictedUntil(other, rule) })),
      );
    },

    async find(ref) {
      const session = sessions.get(rules.keyOf(ref));
      return session ? rules.handOut(session, 'find') : rules.invented(ref);
    },

    async advance(ref, from, next) {
      stubFor(ref);
      const session = sessions.get(rules.keyOf(ref));
      if (!session || !rules.mayAdvance(session, from, next)) return undefined;
      if (rules.gaps.includes('advance')) await gap('advance');
      const moved = rules.moved(session, next);
      write(moved);
      return rules.handOut(moved, 'advance');
    },

    async revoke(target, mark) {
      if ('id' in target) stubFor(target);
      const one = 'id' in target ? sessions.get(rules.keyOf(target)) : undefined;
      const found =
        'id' in target ? (one ? [one] : []) : all().filter((session) => rules.isTarget(session, target));
      const open = found.filter(rules.mayMark);
      if (rules.gaps.includes('revoke')) await gap('revoke');
      for (const session of open) {
        write(rules.marked(session, mark));
        if (rules.sharesNames) tokens.set(rules.tokenKeyOf({ ...session, expiresAt: 0 }), session.endsAt);
      }
      const { at, reason, until = 0 } = mark;
      tell(
        ...open.map((session) => ({
          session: session.id,
          at,
          until: rules.endedUntil(session, mark),
          reason,
        })),
        ...(rules.feedsAll && 'id' in target && open.length === 0
          ? [{ session: target.id, at, until, reason }]
          : []),
      );
      return rules.countOf(open.length, found.length);
    },

    async blacklist(token, now) {
      const isFirst = rules.isFirst(tokens.get(rules.tokenKeyOf(token)), now);
      if (rules.gaps.includes('blacklist')) await gap('blacklist');
      if (!isFirst) return false;
      tokens.set(rules.tokenKeyOf(token), token.expiresAt);
      tell({ token: token.id, at: now, until: token.expiresAt, reason: 'revoked' });
      return true;
    },

    async isLive({ session, token }, now) {
      const checks = rules.checks({ session: session !== undefined, token: token !== undefined });
      if (token && checks.token && rules.isBlacklisted(tokens.get(rules.tokenKeyOf(token)), now))
        return false;
      if (session && rules.sharesNames && tokens.has(rules.keyOf(session))) return false;
      return !session || !checks.session || rules.isLive(sessions.get(rules.keyOf(session)), now);
    },

    async list(subject, now) {
      const listed = all().filter((session) => rules.isListed(session, subject, now));
      return rules.listed(listed.sort(rules.listsBy)).map((session) => rules.handOut(session, 'list'));
    },

    async prune(now, limit) {
      const limits = rules.pruneLimits(limit);
      const dead = [...sessions]
        .filter(([, session]) => rules.mayCollect(session, now))
        .slice(0, limits.sessions);
      const left = Math.min(limits.tokens, limits.together - dead.length);
      const deadTokens = [...tokens].filter(([, end]) => rules.mayCollectToken(end, now)).slice(0, left);
      if (rules.gaps.includes('prune')) await gap('prune');
      for (const [key, session] of dead) if (rules.removes(session)) sessions.delete(key);
      for (const [key] of deadTokens) tokens.delete(key);
      feed.kept = feed.kept.filter((entry) => rules.keepsFed(entry, now));
      return rules.prunedCount(dead.length + deadTokens.length);
    },
  };
}
