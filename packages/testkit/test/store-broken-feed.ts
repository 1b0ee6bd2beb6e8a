import type { Revocation } from '@tokenpair/core/store';
import type { Broken } from './store-broken.ts';

const without = (entry: Revocation, left: 'session' | 'token'): Revocation | undefined =>
  left in entry ? undefined : entry;

/** Stores whose feed gets one thing wrong. They are run with two handles on the same data. */
export const BROKEN_FEEDS: readonly Broken[] = [
  [
    'names no tokens',
    { fed: (entry) => without(entry, 'token') },
    'names a token that another handle blacklisted, from when and until when',
  ],
  [
    'tells its own process alone',
    { tells: (entries, { own }) => (own ? entries : []) },
    'names a token that another handle blacklisted, from when and until when',
  ],
  [
    'tells other processes alone',
    { tells: (entries, { own }) => (own ? [] : entries) },
    'misses nothing of 400 tokens that both handles end at once',
  ],
  [
    'names the wrong time',
    { fed: (entry) => ({ ...entry, at: 0 }) },
    'names a token that another handle blacklisted, from when and until when',
  ],
  [
    'names tokens trimmed',
    { fed: (entry) => ({ ...entry, ...(entry.token && { token: entry.token.trim() }) }) },
    'names tokens with awkward ids exactly',
  ],
  [
    'starts with nothing',
    { starts: () => [[]] },
    'has delivered all 1,100 entries in force by its first call',
  ],
  [
    'starts with a page',
    { starts: (kept) => [kept.slice(0, 1_000), kept.slice(1_000)] },
    'has delivered all 1,100 entries in force by its first call',
  ],
  [
    'is called before it has caught up',
    { starts: (kept) => [[], kept] },
    'has delivered all 1,100 entries in force by its first call',
  ],
  [
    'beats although it is behind',
    { delayMs: 2_000 },
    'has delivered, whenever it calls, what was acknowledged before its proof',
  ],
  ['is slow to beat', { beatMs: 2_900 }, 'calls every second with new proof while nothing happens'],
  [
    'proves the same again and again',
    { proves: () => 0 },
    'calls every second with new proof while nothing happens',
  ],
  [
    'proves what is to come',
    { proves: (now) => now + 60_000 },
    'calls every second with new proof while nothing happens',
  ],
  ['beats once', { beatMs: 1e6 }, 'calls every second with new proof while nothing happens'],
  [
    'tells one listener',
    { tells: (entries, { place }) => (place === 0 ? entries : []) },
    'tells every listener, and those that stay when one goes',
  ],
  ['does not close', { closes: false }, 'calls nobody who has closed'],
  [
    'reads first and subscribes later',
    { gaps: ['watch'] },
    'misses nothing that is ended while the subscription is made',
  ],
  ['prunes what is in force', { keepsFed: () => false }, 'goes on delivering what is in force after a prune'],
  [
    'asks its own clock',
    { starts: (kept) => [kept.filter(({ until }) => until > Date.now())] },
    'does not ask its own clock what is in force',
  ],
  [
    'names no sessions',
    { fed: (entry) => without(entry, 'session') },
    'names a session that any handle ended, for as long as the mark says',
  ],
  [
    'does not take the mark’s word',
    { endedUntil: (session) => session.endsAt },
    'names a session that any handle ended, for as long as the mark says',
  ],
  [
    'names a session for no time where the mark does not say',
    { endedUntil: (_, { at, until = at }) => until },
    'names it until its absolute end where the mark does not say',
  ],
  [
    'names them all as long',
    { endedUntil: (_, { until = 4_105_036_800_000 }) => until },
    'names each until its own absolute end where the mark does not say',
  ],
  ['says every mark', { feedsAll: true }, 'says the first mark of a session, however often it is ended'],
  ['names who was never there', { feedsAll: true }, 'names nobody where nothing was ended'],
  [
    'takes a token for a session',
    { fed: ({ token, session = token, ...entry }) => ({ ...entry, session: session ?? '' }) },
    'names a session and a token of one id apart',
  ],
  [
    'names one of a subject',
    { tells: (entries) => entries.slice(0, 1), starts: (kept) => [kept.slice(0, 1)] },
    'names each session of a subject that is ended, and no other',
  ],
  [
    'names no evicted sessions',
    { fed: (entry) => (entry.reason === 'evicted' ? undefined : entry) },
    'names what a login evicts, for as long as its rule says',
  ],
  [
    'does not take the rule’s word',
    { evictedUntil: (session) => session.endsAt },
    'names what a login evicts, for as long as its rule says',
  ],
  [
    'names those whom a refused login would have evicted',
    { refuses: () => false, checksIdBeforeLimit: true },
    'names nobody where a login was refused',
  ],
  [
    'names a hundred',
    { tells: (entries) => entries.slice(0, 100) },
    'names all of 1,000 sessions that one call ends',
  ],
];
