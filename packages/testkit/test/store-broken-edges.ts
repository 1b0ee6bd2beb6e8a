import type { Session } from '@tokenpair/core/store';
import type { Broken } from './store-broken.ts';
import { RIGHT } from './store-plain.ts';

const T0 = 4_102_444_800_000;

const seconds = (time: number): number => Math.floor(time / 1_000);
const isMarked = (session: Session): boolean => session.revokedAt !== undefined;
const keyOfTrimmed = ({ subject, id }: { subject: string; id: string }): string =>
  JSON.stringify([subject, id.trim()]);

/** Writes every number of a record as careless code does. */
function rewritten(session: Session, write: (value: number) => number): Session {
  const members = Object.entries(structuredClone(session)).map(([name, member]) => [
    name,
    typeof member === 'number' ? write(member) : member,
  ]);
  return Object.fromEntries(members) as Session;
}

const NOBODY: Session = {
  id: '',
  subject: '',
  generation: 0,
  rotatedBy: '',
  createdAt: 0,
  authTime: 0,
  endsAt: 9e15,
  rotatedAt: 0,
  expiresAt: 9e15,
  lastUsedAt: 0,
};

const in32Bits = (value: number): number => value | 0;
const like = (value: number): number => Number(value.toPrecision(14)); // as Lua prints a number
const orNow = (value: number): number => value || T0;

/** Stores that go wrong at the edges: of what they declare, of time, of numbers, of names and of a second caller. */
export const BROKEN_EDGES: readonly Broken[] = [
  // Saying what it is
  [
    'declares less than is asked of it',
    { capabilities: [] },
    'declares the capabilities that it is tested for',
  ],
  ['has no feed', { hasFeed: false }, 'has a revocation feed where it is tested for one'],
  [
    'warns in a word',
    { warnings: [{ code: 'eviction', detail: 'maxmemory' }] },
    'warns, where it checks its backend, in words for an operator',
  ],

  // Times and numbers
  [
    'compares a token’s expiry in seconds',
    { isBlacklisted: (end, now) => end !== undefined && seconds(now) < seconds(end) },
    'refuses a token to its last millisecond, whatever its expiry',
  ],
  [
    'takes a token for live before it was blacklisted',
    { isBlacklisted: (end, now) => end !== undefined && now >= end - 3_600_000 },
    'still refuses a token when the clock goes back',
  ],
  [
    'keeps 32 bits',
    { keep: (session) => rewritten(session, in32Bits) },
    'keeps times to the millisecond, odd ones, large ones and 0',
  ],
  [
    'keeps 14 digits',
    { keep: (session) => rewritten(session, like) },
    'keeps times to the millisecond, odd ones, large ones and 0',
  ],
  [
    'takes 0 for nothing',
    { keep: (session) => rewritten(session, orNow) },
    'keeps times to the millisecond, odd ones, large ones and 0',
  ],
  [
    'advances to 14 digits',
    { moved: (session, next) => rewritten(RIGHT.moved(session, next), like) },
    'advances to times odd, large and 0, and to the last generation there is',
  ],
  [
    'compares generations as 32 bits',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance(session, session.generation, next) && session.generation >>> 0 === from >>> 0,
    },
    'advances to times odd, large and 0, and to the last generation there is',
  ],
  [
    'finds a generation by how its text begins',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance(session, session.generation, next) && `${session.generation}`.startsWith(`${from}`),
    },
    'takes no generation for another that is written alike',
  ],
  [
    'compares generations in 14 digits',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance(session, session.generation, next) && like(session.generation) === like(from),
    },
    'tells neighbouring generations apart up to the last one there is',
  ],
  [
    'takes a mark at 0 for none',
    { isLive: (session, now) => session !== undefined && !session.revokedAt && now < session.endsAt },
    'takes 0 for a time like any other in a mark',
  ],
  [
    'keeps marks in seconds',
    {
      marked: (session, { at, reason }) => ({
        ...session,
        revokedAt: seconds(at) * 1_000,
        revokedFor: reason,
      }),
    },
    'keeps the time of a mark to the millisecond',
  ],
  [
    'compares ends in seconds',
    { isLive: (session, now) => RIGHT.isLive(session, now) && seconds(now) < seconds(session?.endsAt ?? 0) },
    'judges an absolute end to the millisecond, whatever it is',
  ],
  [
    'advances by seconds',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance({ ...session, endsAt: 9e15 }, from, next) &&
        seconds(next.rotatedAt) <= seconds(session.endsAt),
    },
    'judges an absolute end to the millisecond, whatever it is',
  ],
  [
    'takes a mark that is still to come for none',
    { isLive: (session, now) => RIGHT.isLive(session, now) || (session?.revokedAt ?? 0) > now },
    'loses nothing and revives nothing when the clock goes back',
  ],
  [
    'lets no time go back',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance(session, from, next) && next.rotatedAt >= session.createdAt,
    },
    'loses nothing and revives nothing when the clock goes back',
  ],
  [
    'lists by seconds',
    {
      isListed: (session, subject, now) =>
        RIGHT.isListed(session, subject, now) && seconds(now) < seconds(session.expiresAt),
    },
    'lists to the millisecond, whatever the end',
  ],
  [
    'lists nothing from the future',
    {
      isListed: (session, subject, now) => RIGHT.isListed(session, subject, now) && session.createdAt <= now,
    },
    'lists and counts the same when the clock goes back',
  ],
  [
    'counts nothing from the future',
    {
      countsIn: (session, subject, now) => RIGHT.countsIn(session, subject, now) && session.createdAt <= now,
    },
    'lets a login in whose clock is behind those of the sessions it evicts',
  ],
  [
    'inserts without atomicity',
    { gaps: ['create'] },
    'leaves exactly the limit of 10 parallel logins, round after round',
  ],

  // A second caller
  [
    'advances without atomicity',
    { gaps: ['advance'] },
    'gives one of 64 parallel calls a record, on each of 50 sessions',
  ],
  [
    'revokes without atomicity',
    { gaps: ['revoke'] },
    'counts a session once among 64 parallel calls for it and for its subject',
  ],
  [
    'writes half of a record first',
    { gaps: ['insert'] },
    'leaves no torn record when logins race the end of all of a subject’s sessions',
  ],
  [
    'blacklists without atomicity',
    { gaps: ['blacklist'] },
    'says true to one of two callers, round after round',
  ],
  [
    'prunes without atomicity',
    { gaps: ['prune'] },
    'removes at most the limit in each of 4 parallel calls, and all in the end',
  ],
  [
    'takes no limit for none',
    {
      pruneLimits: (limit) => RIGHT.pruneLimits(limit || 1_000),
      mayCollectToken: (end, now) => end + 3_600_000 <= now,
    },
    'removes nothing when the limit is 0',
  ],

  // What else is not where the rule was broken
  [
    'lists a revoked session',
    { isListed: (session, subject) => session.subject === subject },
    'does not list a revoked session whose id was tried again',
  ],
  [
    'revives by a second login',
    { mayInsert: (existing) => existing === undefined || isMarked(existing) },
    'does not list a revoked session whose id was tried again',
  ],
  [
    'ends everybody’s sessions',
    { isTarget: (session, { except }) => session.id !== except },
    'does not let another subject end a session by its id',
  ],
  [
    'makes up a session that was never made',
    { listed: (sessions) => (sessions.length > 0 ? sessions : [NOBODY]) },
    'lists nothing where nothing was made',
  ],
  [
    'makes a record for what is unknown',
    { stub: (ref) => ({ ...NOBODY, ...ref }) },
    'refuses an unknown session',
  ],
  [
    'counts what is unknown',
    { countOf: (_, found) => Math.max(1, found) },
    'counts nothing for an unknown subject',
  ],
  [
    'overwrites the first mark',
    { mayMark: () => true },
    'keeps the first mark when all of the subject is ended',
  ],
  [
    'counts revoked sessions',
    { countsIn: (session, subject) => session.subject === subject },
    'lets the subject log in again',
  ],
  [
    'takes the last expiry it hears',
    { isFirst: () => true },
    'keeps refusing it when a later call names an earlier expiry',
  ],
  ['takes a token for a session', { sharesNames: true }, 'leaves the session of that id and subject alone'],
  ['takes a session for a token', { sharesNames: true }, 'is not touched by the revocation of a session'],
  ['has one name for both', { sharesNames: true }, 'keeps a session and a token of one name apart'],
  [
    'ends both by one name',
    { sharesNames: true },
    'leaves the token of that name alone when a session is ended',
  ],
  [
    'lists one page',
    { listed: (sessions) => sessions.slice(0, 100) },
    'shows all of 1,000 sessions, each once and in order',
  ],
  [
    'joins subject and id of a token',
    { tokenKeyOf: ({ subject, id }) => `${subject}:${id}` },
    'does not run subject and id of a token together',
  ],
  ['does not look at the subject', { keyOf: ({ id }) => id }, 'finds nothing by an id under another subject'],
  [
    'upserts by id',
    { keyOf: ({ id }) => id, mayInsert: () => true },
    'keeps one id under awkward subjects apart, or refuses the second',
  ],
  [
    'stores what UTF-8 makes of an id',
    {
      keep: (session) => ({
        ...structuredClone(session),
        id: new TextDecoder().decode(new TextEncoder().encode(session.id)),
      }),
    },
    'keeps apart, or refuses, ids that no database text holds',
  ],
  ['trims ids', { keyOf: keyOfTrimmed }, 'lists and counts by the whole of an awkward id'],
  ['only says that it prunes', { removes: () => false }, 'removes an ended session as soon as it may'],
  ['prunes what is live', { mayCollect: () => true }, 'leaves live sessions on the list'],
  [
    'prunes all of a subject',
    { mayCollect: () => true },
    'removes what is dead and leaves the rest of the subject',
  ],
  ['finds what is pruned', { removes: () => false }, 'finds nothing of a pruned session by its subject'],
];
