import type { Session, SessionRef } from '@tokenpair/core/store';
import { RIGHT, type Rules } from './store-plain.ts';

const open = (session: Session): boolean => session.revokedAt === undefined;
const always = (): boolean => true;

function without(session: Session, ...names: readonly (keyof Session)[]): Session {
  const rest = Object.entries(structuredClone(session)).filter(
    ([name]) => !names.some((other) => other === name),
  );
  return Object.fromEntries(rest) as unknown as Session;
}

function stub({ id, subject }: SessionRef): Session {
  const times = { createdAt: 0, authTime: 0, endsAt: 9e15, rotatedAt: 0, expiresAt: 9e15, lastUsedAt: 0 };
  return { id, subject, generation: 0, rotatedBy: '', ...times };
}

/** Copies as careless code does: by assignment, so that `__proto__` is lost. */
function byAssignment(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  for (const [name, member] of Object.entries(value)) Reflect.set(copy, name, byAssignment(member));
  return copy;
}

/** A mistake, and one test of the contract that has to find it. */
export type Broken = readonly [mistake: string, wrong: Partial<Rules>, foundBy: string];

/** Stores that each get one thing wrong. Together they make every test of the contract fail once. */
export const BROKEN: readonly Broken[] = [
  // Keeping records
  ['has no name', { name: '' }, 'has a name and says whether it is durable'],
  [
    'only says that it is durable',
    { durable: true },
    'still has what it acknowledged when it is opened again, where it says durable',
  ],
  [
    'adds members that were absent',
    { keep: (session) => structuredClone({ epoch: undefined, ...session }) as Session },
    'finds a new session member for member, absent members absent',
  ],
  [
    'mixes up two times',
    { keep: (session) => ({ ...structuredClone(session), authTime: session.createdAt }) },
    'finds a new session member for member, absent members absent',
  ],
  [
    'drops the scope',
    { keep: (session) => without(session, 'scope') },
    'finds every optional member as it was given',
  ],
  [
    'drops what is empty',
    { keep: (session) => (session.scope ? structuredClone(session) : without(session, 'scope')) },
    'tells empty members from absent ones',
  ],
  [
    'fills up the client',
    {
      keep: ({ client, ...rest }) =>
        structuredClone({ ...rest, ...(client && { client: { label: '', ...client } }) }),
    },
    'keeps a client of which one member is known',
  ],
  [
    'copies data by assignment',
    {
      keep: (session) => ({
        ...structuredClone(session),
        ...(session.data && { data: byAssignment(session.data) as NonNullable<Session['data']> }),
      }),
    },
    'keeps awkward JSON exactly',
  ],
  ['finds what was never made', { invented: stub }, 'finds nothing where nothing was made'],
  [
    'keeps the object it is given',
    { keep: (session) => session },
    'keeps the session that was given, not the object',
  ],
  [
    'keeps the client object of an advance',
    { moved: (session, next) => ({ ...session, ...next, lastUsedAt: next.rotatedAt }) },
    'keeps the client of an advance, not the object',
  ],
  [
    'finds live references',
    { handOut: (session, by) => (by === 'find' ? session : structuredClone(session)) },
    'hands out copies from find',
  ],
  [
    'advances to live references',
    { handOut: (session, by) => (by === 'advance' ? session : structuredClone(session)) },
    'hands out copies from advance',
  ],
  [
    'lists live references',
    { handOut: (session, by) => (by === 'list' ? session : structuredClone(session)) },
    'hands out copies from list',
  ],
  ['copies one level deep', { handOut: (session) => ({ ...session }) }, 'hands out copies from find'],

  // Inserting only
  ['upserts', { mayInsert: always }, 'rejects the id of a live session and leaves that session alone'],
  [
    'revives what was revoked',
    { mayInsert: (existing) => existing?.revokedAt !== undefined || !existing },
    'rejects the id of a revoked session and does not revive it',
  ],
  [
    'revives what has ended',
    { mayInsert: (existing, now) => !existing || existing.endsAt <= now },
    'rejects the id of an ended session and does not revive it',
  ],
  [
    'evicts before it looks at the id',
    { checksIdBeforeLimit: false },
    'evicts nothing for an id that exists',
  ],
  [
    'keeps sessions by id and upserts',
    { keyOf: ({ id }) => id, mayInsert: always },
    'does not let another subject overwrite a session by its id',
  ],
  ['inserts without atomicity', { gaps: ['create'] }, 'lets one of 64 parallel sessions with one id in'],
  ['makes a stub for what is unknown', { stub }, 'makes no record by advancing, revoking or asking for one'],

  // The limit
  ['has a limit of its own', { limitOf: ({ limit }) => limit ?? 10 }, 'is no limit when absent'],
  [
    'evicts one too many',
    { limitOf: ({ limit = 1_000 }) => limit - 1 },
    'evicts nothing until it is exceeded',
  ],
  ['evicts one too few', { limitOf: ({ limit = 1_000 }) => limit + 1 }, 'evicts as many as it takes'],
  [
    'evicts the first inserted',
    { evictsBy: () => 0 },
    'evicts the session of earliest creation, not of earliest insertion, with its mark',
  ],
  ['evicts the newest', { evictsBy: (a, b) => b.createdAt - a.createdAt }, 'evicts as many as it takes'],
  [
    'evicts under another reason',
    { evicted: (session, now) => ({ ...session, revokedAt: now, revokedFor: 'revoked' }) },
    'evicts the session of earliest creation, not of earliest insertion, with its mark',
  ],
  [
    'evicts from the list alone',
    { evicted: (session, now) => ({ ...session, expiresAt: now }) },
    'leaves an evicted session dead for guard and refresh',
  ],
  [
    'refuses when not told what to do',
    { refuses: ({ onLimit }) => onLimit !== 'evict-oldest' },
    'evicts when not told what to do',
  ],
  [
    'evicts when told to refuse',
    { refuses: () => false },
    'refuses with SessionLimitError, and then changes nothing',
  ],
  [
    'refuses with any error',
    { refusal: () => new Error('full') },
    'refuses with SessionLimitError, and then changes nothing',
  ],
  [
    'counts revoked sessions',
    { countsIn: (session, subject) => session.subject === subject },
    'lets a session in again after a logout',
  ],
  [
    'counts idle sessions',
    {
      countsIn: (session, subject, now) =>
        session.subject === subject && open(session) && now < session.endsAt,
    },
    'counts live sessions alone',
  ],
  [
    'counts ended sessions',
    {
      countsIn: (session, subject, now) =>
        session.subject === subject && open(session) && now < session.expiresAt,
    },
    'counts live sessions alone',
  ],
  [
    'marks dead sessions as evicted',
    { countsIn: (session, subject) => session.subject === subject && open(session) },
    'puts no mark on sessions that were dead already',
  ],
  ['counts everybody’s sessions', { countsIn: open }, 'is each subject’s own'],

  // Advancing
  ['advances without atomicity', { gaps: ['advance'] }, 'gives one of 64 parallel calls a record'],
  [
    'advances without atomicity, beside a logout',
    { gaps: ['advance'] },
    'refuses every advance that starts after a revocation has resolved (I3)',
  ],
  [
    'advances without atomicity, beside a logout everywhere',
    { gaps: ['advance'] },
    'refuses every advance that starts after a subject-wide revocation has resolved (I3)',
  ],
  [
    'advances without atomicity, beside a login',
    { gaps: ['advance'] },
    'refuses every advance that starts after an eviction has resolved',
  ],
  [
    'advances without atomicity, called before a logout',
    { gaps: ['advance'] },
    'refuses the advance that was called after the revocation, and never undoes one called before',
  ],
  [
    'advances without atomicity, in a crowd',
    { gaps: ['advance'] },
    'gives each step to one caller under mixed use',
  ],
  [
    'advances without atomicity, in a climb',
    { gaps: ['advance'] },
    'gives each record to one caller when 8 climb 8 generations',
  ],
  [
    'returns the record as it was',
    {
      handOut: (session, by) =>
        structuredClone(by === 'advance' ? { ...session, generation: session.generation - 1 } : session),
    },
    'returns the record as it then stands, and keeps it so',
  ],
  [
    'forgets the time of last use',
    { moved: (session, next) => structuredClone({ ...session, ...next }) },
    'sets the time of last use to that of the rotation',
  ],
  [
    'replaces the client as a whole',
    {
      moved: (session, next) =>
        structuredClone({ ...RIGHT.moved(session, next), ...(next.client && { client: next.client }) }),
    },
    'replaces the epoch and the members of the client that are given, and keeps the other members',
  ],
  [
    'drops epoch and client when not given',
    { moved: (session, next) => RIGHT.moved(without(session, 'epoch', 'client'), next) },
    'keeps epoch and client where they are not given',
  ],
  [
    'adds no epoch',
    {
      moved: (session, next) =>
        session.epoch ? RIGHT.moved(session, next) : without(RIGHT.moved(session, next), 'epoch'),
    },
    'adds epoch and client to a session without them',
  ],
  [
    'counts generations itself',
    { moved: (session, next) => ({ ...RIGHT.moved(session, next), generation: session.generation + 1 }) },
    'goes forward over a gap, as a recovery does',
  ],
  [
    'rotates once only',
    { mayAdvance: (session, from, next) => from === 0 && RIGHT.mayAdvance(session, from, next) },
    'goes from generation to generation',
  ],
  [
    'advances from older generations',
    { mayAdvance: (session, from) => from <= session.generation && open(session) },
    'refuses an older and a newer generation, and then changes nothing',
  ],
  [
    'advances from newer generations',
    { mayAdvance: (session, from) => from >= session.generation && open(session) },
    'refuses an older and a newer generation, and then changes nothing',
  ],
  [
    'advances revoked sessions',
    { mayAdvance: (session, from, next) => session.generation === from && next.rotatedAt < session.endsAt },
    'refuses a revoked session',
  ],
  [
    'advances at the absolute end',
    {
      mayAdvance: (session, from, next) =>
        session.generation === from && open(session) && next.rotatedAt <= session.endsAt,
    },
    'goes on until one millisecond before the absolute end, and no further',
  ],
  [
    'judges the refresh token',
    {
      mayAdvance: (session, from, next) =>
        RIGHT.mayAdvance(session, from, next) && next.rotatedAt < session.expiresAt,
    },
    'leaves the expiry of the refresh token to core',
  ],
  [
    'revives by advancing',
    {
      mayAdvance: (session, from) => session.generation === from,
      moved: (session, next) => RIGHT.moved(without(session, 'revokedAt', 'revokedFor'), next),
    },
    'refuses a revoked session',
  ],

  // Revoking
  [
    'deletes instead of marking',
    { keyOf: (ref) => ('revokedAt' in ref ? '' : RIGHT.keyOf(ref)) },
    'marks the session, counts it and leaves the rest of the record',
  ],
  [
    'keeps no reason',
    { marked: (session, { at }) => ({ ...session, revokedAt: at, revokedFor: 'revoked' }) },
    'keeps every reason',
  ],
  [
    'overwrites the first mark',
    { mayMark: always },
    'keeps the first mark and counts nothing the second time',
  ],
  [
    'counts what was revoked before',
    { countOf: (_, found) => found },
    'counts, of a subject’s sessions, those that it ended itself',
  ],
  [
    'counts what is unknown',
    { countOf: (_, found) => Math.max(1, found) },
    'counts nothing for an unknown session',
  ],
  [
    'revokes without atomicity',
    { gaps: ['revoke'] },
    'counts a session once among 64 parallel calls, and keeps one mark',
  ],
  [
    'revokes without atomicity, beside a refresh',
    { gaps: ['revoke'] },
    'refuses every advance that starts after a revocation has resolved (I3)',
  ],
  ['evicts without atomicity', { gaps: ['create'] }, 'holds against 10 parallel logins that evict'],
  ['refuses without atomicity', { gaps: ['create'] }, 'holds against 10 parallel logins that are refused'],
  [
    'ends everybody’s sessions',
    { isTarget: (session, { except }) => session.id !== except },
    'ends all sessions of a subject and of nobody else',
  ],
  [
    'spares nothing',
    { isTarget: (session, { subject }) => session.subject === subject },
    'spares the session named by except',
  ],
  [
    'spares all when except is unknown',
    { isTarget: (session, target) => RIGHT.isTarget(session, target) && target.except !== 'theirs' },
    'ends all when except names no session of the subject',
  ],
  [
    'ends nothing of a subject',
    { isTarget: () => false },
    'lets no advance of a subject’s ended sessions through',
  ],
  [
    'ends one of a subject',
    { isTarget: (session, target) => RIGHT.isTarget(session, target) && session.id === 'a' },
    'ends all sessions of a subject and of nobody else',
  ],
  [
    'ends all the subject’s sessions for one',
    { keyOf: ({ subject, id }) => (id === 'b' ? `${subject}/c` : `${subject}/${id}`) },
    'ends that one session',
  ],
  [
    'marks no session past its end',
    { mayMark: (session) => open(session) && session.endsAt > 4_102_444_800_100 },
    'marks a session past its end that nobody had revoked',
  ],
  [
    'resets the generation',
    { marked: (session, mark) => ({ ...RIGHT.marked(session, mark), generation: 0 }) },
    'keeps the generation that the session had reached',
  ],

  // Blacklisting
  [
    'says true to every caller',
    { isFirst: always },
    'says true to the first caller and false to every later one',
  ],
  ['blacklists without atomicity', { gaps: ['blacklist'] }, 'says true to one of 64 parallel callers'],
  [
    'forgets a token before it expires',
    { isBlacklisted: (end, now) => end !== undefined && now < end - 1 },
    'refuses the token until it expires',
  ],
  [
    'says true again once expired',
    { isFirst: (end, now) => end === undefined || end <= now },
    'takes a token that has expired for the first caller only',
  ],
  ['never blacklists', { isBlacklisted: () => false }, 'refuses a live session with a blacklisted token'],
  [
    'blacklists all of a subject’s tokens',
    { tokenKeyOf: ({ subject }) => subject },
    'refuses that one token',
  ],
  ['blacklists for everybody', { tokenKeyOf: ({ id }) => id }, 'keeps the tokens of two subjects apart'],

  // A guard's check
  [
    'passes an unknown session',
    { isLive: (session) => session === undefined || open(session) },
    'refuses an unknown session, alone and with a good token',
  ],
  [
    'passes a revoked session',
    { isLive: (session, now) => session !== undefined && now < session.endsAt },
    'refuses a revoked session, alone and with a good token',
  ],
  [
    'passes at the absolute end',
    { isLive: (session, now) => session !== undefined && open(session) && now <= session.endsAt },
    'refuses a session from its absolute end on, to the millisecond',
  ],
  [
    'judges the refresh token in a guard',
    { isLive: (session, now) => RIGHT.isLive(session, now) && now < (session?.expiresAt ?? 0) },
    'does not judge the expiry of the refresh token',
  ],
  [
    'passes no later generation',
    { isLive: (session, now) => RIGHT.isLive(session, now) && session?.generation === 0 },
    'passes whatever generation the session has reached',
  ],
  [
    'lets a good token stand for the session',
    { checks: ({ session, token }) => ({ session: session && !token, token }) },
    'refuses an unknown session, alone and with a good token',
  ],
  [
    'lets a good session stand for the token',
    { checks: ({ session, token }) => ({ session, token: token && !session }) },
    'refuses a live session with a blacklisted token',
  ],
  ['passes nothing', { isLive: () => false }, 'passes a live session, alone and with a token'],
  ['passes no token', { isBlacklisted: always }, 'passes a token nobody blacklisted'],
  [
    'passes a session under another subject',
    { keyOf: ({ id }) => id },
    'refuses a session under another subject',
  ],

  // Listing
  [
    'lists in the order of insertion',
    { listsBy: () => 0 },
    'shows the newest session first, whatever the order of their making',
  ],
  [
    'lists parts of records',
    { handOut: (session, by) => (by === 'list' ? without(session, 'data') : structuredClone(session)) },
    'shows whole records',
  ],
  ['lists everybody’s sessions', { isListed: open }, 'shows the subject’s own sessions'],
  [
    'lists revoked sessions',
    {
      isListed: (session, subject, now) =>
        session.subject === subject && now < session.endsAt && now < session.expiresAt,
    },
    'leaves out revoked sessions',
  ],
  [
    'lists ended sessions',
    {
      isListed: (session, subject, now) =>
        session.subject === subject && open(session) && now < session.expiresAt,
    },
    'leaves out a session from its absolute end on, to the millisecond',
  ],
  [
    'lists idle sessions',
    {
      isListed: (session, subject, now) =>
        session.subject === subject && open(session) && now < session.endsAt,
    },
    'leaves out a session from the expiry of its refresh token on, to the millisecond',
  ],
  [
    'lists by the first refresh token',
    {
      isListed: (session, subject, now) =>
        RIGHT.isListed(session, subject, now) && now < 4_102_444_800_000 + 7_200_000,
    },
    'shows a session as its last advance left it, for as long',
  ],

  // Keeping keys apart
  [
    'joins subject and id',
    { keyOf: ({ subject, id }) => `${subject}:${id}`, tokenKeyOf: ({ subject, id }) => `${subject}:${id}` },
    'does not run subject and id together',
  ],
  [
    'is blind to upper case',
    {
      keyOf: ({ subject, id }) => JSON.stringify([subject, id]).toLowerCase(),
      isListed: (session, subject, now) =>
        RIGHT.isListed(session, session.subject, now) &&
        session.subject.toLowerCase() === subject.toLowerCase(),
    },
    'keeps subjects with awkward names apart',
  ],
  [
    'trims ids',
    { keyOf: ({ subject, id }) => JSON.stringify([subject, id.trim()]) },
    'keeps sessions with awkward ids apart',
  ],
  [
    'trims token ids',
    { tokenKeyOf: ({ subject, id }) => JSON.stringify([subject, id.trim()]) },
    'keeps tokens with awkward ids apart',
  ],
  [
    'normalizes subjects in revocations',
    { isTarget: (session, { subject }) => session.subject.normalize() === subject.normalize() },
    'ends the sessions of a subject with an awkward name and of no other',
  ],
  [
    'reads except as a pattern',
    {
      isTarget: (session, { subject, except }) =>
        session.subject === subject && except !== '*' && session.id !== except,
    },
    'spares exactly the session that except names, however awkward',
  ],
  [
    'stores what UTF-8 makes of a name',
    {
      keep: (session) => ({
        ...structuredClone(session),
        subject: new TextDecoder().decode(new TextEncoder().encode(session.subject)),
      }),
    },
    'keeps apart, or refuses, names that no database text holds',
  ],
  [
    'lists subjects with a common prefix',
    {
      isListed: (session, subject, now) =>
        RIGHT.isListed(session, session.subject, now) && session.subject.startsWith(subject),
    },
    'keeps 200 sessions of 20 subjects apart when they come at once',
  ],

  // Pruning
  [
    'prunes ended sessions at once',
    { mayCollect: (session, now) => session.endsAt <= now },
    'leaves an ended session until it may be collected',
  ],
  [
    'prunes by the mark of a revocation',
    {
      mayCollect: (session, now) =>
        RIGHT.mayCollect(session, now) || (session.revokedAt ?? 9e15) + 3_600_000 <= now,
    },
    'leaves the tombstone of a revoked session until it may be collected',
  ],
  [
    'prunes tokens at once',
    { mayCollectToken: (end, now) => end <= now },
    'leaves a blacklisted token until it may be collected',
  ],
  [
    'prunes by the refresh token',
    { mayCollect: (session, now) => session.expiresAt + 3_600_000 <= now },
    'leaves a session whose refresh token is long dead but whose end is not',
  ],
  ['prunes live sessions', { mayCollect: always }, 'leaves live sessions'],
  [
    'counts what is not there',
    { prunedCount: (count) => count + 1 },
    'has nothing to remove from an empty store',
  ],
  [
    'prunes a millisecond late',
    {
      mayCollect: (session, now) => session.endsAt + 3_600_000 < now,
      mayCollectToken: (end, now) => end + 3_600_000 < now,
    },
    'removes a blacklisted token as soon as it may',
  ],
  [
    'prunes no tombstones',
    { mayCollect: (session, now) => RIGHT.mayCollect(session, now) && open(session) },
    'removes a tombstone as soon as it may',
  ],
  [
    'only says that it prunes',
    { removes: () => false },
    'never revives a token: a pruned session reads as unknown',
  ],
  [
    'prunes without a limit',
    { pruneLimits: () => ({ sessions: 1e9, tokens: 1e9, together: 2e9 }) },
    'removes at most 1,000 when not told otherwise',
  ],
  [
    'takes the limit for each kind',
    { pruneLimits: (limit = 1_000) => ({ sessions: limit, tokens: limit, together: 2 * limit }) },
    'removes at most the limit, sessions and tokens together',
  ],
  ['prunes without atomicity', { gaps: ['prune'] }, 'counts a removal once among parallel calls'],
];
