import type { LiveIds, RevokeMark, SessionRef, TokenRef, TokenStore } from '@tokenpair/core/store';

/** What a store without records can get wrong. */
export interface BareRules {
  readonly name: string;
  readonly durable: boolean;
  readonly capabilities: TokenStore['capabilities'];
  readonly check: TokenStore['check'];
  readonly watch: TokenStore['watch'];
  readonly atomic: boolean;
  sessionKey(ref: SessionRef): string;
  tokenKey(ref: TokenRef): string;
  counts(first: boolean): number;
  isRefused(until: number | undefined, now: number): boolean;
  /** Until when a mark without an `until` holds; nothing where such a mark is refused. */
  endless: number | undefined;
  checks(ids: LiveIds): LiveIds;
  missing(): Promise<never>;
  mayCollect(until: number, now: number): boolean;
  pruned(dead: string[], limit: number): string[];
  countsPruned(count: number): number;
  isFirst(until: number | undefined, now: number): boolean;
  keptUntil(until: number, before: number | undefined): number;
}

const RIGHT: BareRules = {
  name: 'bare',
  durable: false,
  capabilities: [],
  check: undefined,
  watch: undefined,
  atomic: true,
  sessionKey: ({ id, subject }) => JSON.stringify(['session', subject, id]),
  tokenKey: ({ id, subject }) => JSON.stringify(['token', subject, id]),
  counts: (first) => (first ? 1 : 0),
  isRefused: (until) => until !== undefined,
  endless: undefined,
  checks: (ids) => ids,
  missing: () => Promise.reject(new Error('not here')),
  mayCollect: (until, now) => until + 3_600_000 <= now,
  pruned: (dead, limit) => dead.slice(0, limit),
  countsPruned: (count) => count,
  isFirst: (until) => until === undefined,
  keptUntil: (until, before) => before ?? until,
};

export type BareState = Map<string, number>;

export const bareState = (): BareState => new Map();

/** A store that remembers what was ended and nothing else, correct with the rules as they are. */
export function bareStore(wrong: Partial<BareRules> = {}, ended: BareState = bareState()): TokenStore {
  const rules: BareRules = { ...RIGHT, ...wrong };
  const { name, durable, capabilities, check, watch, missing } = rules;

  async function add(key: string, until: number, now: number): Promise<boolean> {
    const first = rules.isFirst(ended.get(key), now);
    if (!rules.atomic) await undefined;
    ended.set(key, rules.keptUntil(until, ended.get(key)));
    return first;
  }

  return {
    name,
    durable,
    ...(capabilities && { capabilities }),
    ...(check && { check }),
    ...(watch && { watch }),
    create: missing,
    find: missing,
    advance: missing,
    list: missing,
    async revoke(target, { at, until = rules.endless }: RevokeMark) {
      if (!('id' in target) || until === undefined) return missing();
      return rules.counts(await add(rules.sessionKey(target), until, at));
    },
    blacklist: (token, now) => add(rules.tokenKey(token), token.expiresAt, now),
    async isLive(ids, now) {
      const { session, token } = rules.checks(ids);
      const refused = [session && rules.sessionKey(session), token && rules.tokenKey(token)];
      return !refused.some((key) => key !== undefined && rules.isRefused(ended.get(key), now));
    },
    async prune(now, limit = 1_000) {
      const dead = [...ended].filter(([, until]) => rules.mayCollect(until, now)).map(([key]) => key);
      const gone = rules.pruned(dead, limit);
      if (!rules.atomic) await undefined;
      for (const key of gone) ended.delete(key);
      return rules.countsPruned(gone.length);
    },
  };
}

const reading = (id: string): string => id.trim().toLowerCase();

/** A mistake, and one test of the contract that has to find it. */
export const BROKEN_BARE: readonly (readonly [
  mistake: string,
  wrong: Partial<BareRules>,
  foundBy: string,
])[] = [
  ['has no name', { name: '' }, 'has a name and says whether it is durable'],
  ['says that it can do all', { capabilities: undefined }, 'declares the capabilities that it is tested for'],
  [
    'has a feed that nobody asked for',
    { watch: async () => ({ close: async () => {} }) },
    'has a revocation feed where it is tested for one',
  ],
  [
    'warns in a word',
    { check: async () => [{ code: 'eviction', detail: 'maxmemory' }] },
    'warns, where it checks its backend, in words for an operator',
  ],
  ['refuses everybody', { isRefused: () => true }, 'passes a session that nobody has ended'],
  ['refuses every token', { isRefused: () => true }, 'passes a token nobody blacklisted'],
  ['refuses nobody', { isRefused: () => false }, 'refuses an ended session until no token can name it'],
  [
    'forgets a millisecond early',
    { isRefused: (until, now) => until !== undefined && now < until - 1 },
    'refuses an ended session until no token can name it',
  ],
  [
    'takes a token for live before it was blacklisted',
    { isRefused: (until, now) => until !== undefined && now >= until - 1_000 },
    'still refuses a token when the clock goes back',
  ],
  [
    'counts in seconds',
    {
      isRefused: (until, now) => until !== undefined && Math.floor(now / 1_000) < Math.floor(until / 1_000),
    },
    'refuses a token to its last millisecond, whatever its expiry',
  ],
  ['counts every time', { counts: () => 1 }, 'counts a session once'],
  ['is not atomic', { atomic: false }, 'counts a session once among 64 parallel calls'],
  ['is not atomic with tokens', { atomic: false }, 'says true to one of 64 parallel callers'],
  ['is not atomic in rounds', { atomic: false }, 'says true to one of two callers, round after round'],
  [
    'is not atomic in pruning',
    { atomic: false },
    'removes at most the limit in each of 4 parallel calls, and all in the end',
  ],
  [
    'is not atomic with generations',
    { atomic: false },
    'uses up each generation of a session once, and leaves the session',
  ],
  [
    'lets the session stand for the token',
    { checks: ({ session, token }) => (session ? { session } : token ? { token } : {}) },
    'refuses a session that nobody has ended with a blacklisted token',
  ],
  [
    'acknowledges an end that it forgets',
    { endless: 0, isRefused: (until, now) => until !== undefined && now < until },
    'never forgets at once what came without an until: it rejects, or it ends the session',
  ],
  [
    'tidies up subjects',
    { sessionKey: ({ id, subject }) => JSON.stringify([reading(subject), id]) },
    'keeps sessions with awkward names apart',
  ],
  [
    'tidies up ids of tokens',
    { tokenKey: ({ id, subject }) => JSON.stringify(['token', subject, reading(id)]) },
    'keeps tokens with awkward ids apart',
  ],
  [
    'joins the names of sessions',
    { sessionKey: ({ id, subject }) => `session ${subject}:${id}` },
    'does not run subject and id of a session together',
  ],
  [
    'joins the names of tokens',
    { tokenKey: ({ id, subject }) => `token ${subject}:${id}` },
    'does not run subject and id of a token together',
  ],
  [
    'takes a session for a token',
    {
      sessionKey: ({ id, subject }) => JSON.stringify([subject, id]),
      tokenKey: ({ id, subject }) => JSON.stringify([subject, id]),
    },
    'keeps a session and a token of one name apart',
  ],
  [
    'finds nothing instead of saying that it cannot look',
    { missing: async () => undefined as never },
    'rejects what it cannot do, and answers nothing in its place',
  ],
  [
    'says true to every caller',
    { isFirst: () => true },
    'says true to the first caller and false to every later one',
  ],
  [
    'says true again once expired',
    { isFirst: (until, now) => until === undefined || until <= now },
    'takes a token that has expired for the first caller only',
  ],
  ['blacklists for everybody', { tokenKey: ({ id }) => id }, 'keeps the tokens of two subjects apart'],
  ['blacklists all of a subject', { tokenKey: ({ subject }) => subject }, 'refuses that one token'],
  [
    'takes the last expiry it hears',
    { keptUntil: (until) => until },
    'keeps refusing it when a later call names an earlier expiry',
  ],
  [
    'refuses a token from its end on only',
    { isRefused: (until, now) => until !== undefined && now >= until },
    'refuses the token until it expires',
  ],
  [
    'prunes at once',
    { mayCollect: (until, now) => until <= now },
    'leaves a blacklisted token until it may be collected',
  ],
  [
    'prunes late',
    { mayCollect: (until, now) => until + 3_600_001 <= now },
    'removes a blacklisted token as soon as it may',
  ],
  ['prunes all', { pruned: (dead) => dead }, 'removes at most 1,000 when not told otherwise'],
  [
    'takes no limit for none',
    { pruned: (dead, limit) => dead.slice(0, limit || 1_000) },
    'removes nothing when the limit is 0',
  ],
  [
    'counts what is not there',
    { countsPruned: (count) => count + 1 },
    'has nothing to remove from an empty store',
  ],
  [
    'only says that it is durable',
    { durable: true },
    'still refuses what it acknowledged when it is opened again, where it says durable',
  ],
];
