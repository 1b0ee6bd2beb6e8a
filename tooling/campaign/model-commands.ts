/**
 * The steps of the model campaign: each does something to the real auth, says what the design lets it answer, and moves the model on.
 *
 * @module
 */
import { AuthError, type AuthErrorCode, type TokenPair } from '@tokenpair/core';
import type { RevokeReason } from '@tokenpair/core/store';
import * as fc from 'fast-check';
import type { Fault } from './faulty-store.ts';
import { hold } from './invariants.ts';
import {
  adopt,
  holdInvariants,
  keepToken,
  type Model,
  type ModelSession,
  type Verdict,
  verdictsOn,
} from './model-state.ts';
import { MINUTE, RULES, SECOND, type World } from './model-world.ts';
import { noteAnswer, noteFailure } from './outage-book.ts';
import { contentOf } from './token-content.ts';

/** One call of the store fails, the one after the next `after`. */
interface Hiccup {
  readonly fault: Fault;
  readonly after: number;
}

/** How the store behaves during a step. */
type Weather = 'well' | 'shaky' | 'down';

interface Answer {
  readonly code?: AuthErrorCode;
  readonly pair?: TokenPair;
}

/** A step of a run. */
export class Step implements fc.AsyncCommand<Model, World> {
  readonly #name: string;
  readonly #run: (model: Model, world: World) => Promise<void> | void;
  readonly #needsSession: boolean;

  constructor(name: string, run: (model: Model, world: World) => Promise<void> | void, needsSession = false) {
    this.#name = name;
    this.#run = run;
    this.#needsSession = needsSession;
  }

  check({ sessions }: Readonly<Model>): boolean {
    return !this.#needsSession || sessions.length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    world.count('step');
    await this.#run(model, world);
    await holdInvariants(model, world);
    if (world.broken !== undefined) throw world.broken;
  }

  toString(): string {
    return this.#name;
  }
}

/** Asks the auth, and lets nothing through but what it may answer. */
async function answerOf(call: () => Promise<TokenPair>): Promise<Answer> {
  try {
    return { pair: await call() };
  } catch (error) {
    if (!(error instanceof AuthError))
      hold(false, 'I8', `it threw ${(error as Error).name}: ${(error as Error).message}`);
    hold(error.status < 500 || error.status === 503, 'I8', `it answered ${error.status}`);
    return { code: error.code };
  }
}

/** Runs what asks the store, under a hiccup where there is one, and keeps book of the outages that the auth sees. */
async function underWeather<T>(
  model: Model,
  { store, now }: World,
  hiccup: Hiccup | undefined,
  run: (weather: Weather) => Promise<T>,
  counts = false,
): Promise<T> {
  const weather = model.down ? 'down' : hiccup === undefined ? 'well' : 'shaky';
  if (weather === 'shaky' && hiccup !== undefined) store.failOnce(hiccup.fault, hiccup.after);
  if (weather === 'well') noteAnswer(model.outages, now);
  else if (weather === 'shaky') noteFailure(model.outages, now, 'some');
  else noteFailure(model.outages, now, counts ? 'all' : 'aside');
  try {
    return await run(weather);
  } finally {
    if (weather === 'shaky') store.heal();
  }
}

/** A pair or a refusal where the store was away is a violation; a 503 where it was well, too. */
function holdWeather(weather: Weather, { code, pair }: Answer, what: string): void {
  if (weather === 'down')
    hold(
      code === 'store_unavailable',
      'I7',
      `${what} was answered ${pair ? 'with tokens' : code} while the store was away`,
    );
  if (weather === 'well') hold(code !== 'store_unavailable', 'up', `${what} was answered 503`);
}

/** Old sessions have mostly ended. */
const NEWEST = 4;

function pick(model: Model, n: number): ModelSession {
  return model.sessions.at(-1 - (n % Math.min(NEWEST, model.sessions.length))) as ModelSession;
}

function subjectOf({ subjects }: World, n: number): string {
  return subjects[n % subjects.length] as string;
}

function addSession(model: Model, world: World, { access, refresh = '', session }: TokenPair): void {
  const { id, subject, endsAt, rotatedAt, generation, epoch = '' } = session;
  hold(endsAt === world.now + RULES.session, 'I9', 'a session does not end when it has to');
  const known: ModelSession = {
    ...{ id, subject, endsAt, rotatedAt, generation, epoch, access },
    tokens: new Map(),
    ended: undefined,
    pruned: false,
  };
  keepToken(known, refresh);
  model.sessions.push(known);
}

function addPhantom({ phantoms }: Model, subject: string): void {
  phantoms.set(subject, (phantoms.get(subject) ?? 0) + 1);
}

const hiccup: fc.Arbitrary<Hiccup | undefined> = fc.oneof(
  { weight: 36, arbitrary: fc.constant(undefined) },
  {
    weight: 6,
    arbitrary: fc.record({
      fault: fc.constantFrom<Fault>('throw', 'commit-then-throw', 'commit-then-throw'),
      after: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ fault: fc.constantFrom<Fault>('hang', 'commit-then-hang'), after: fc.nat(2) }),
  },
);

const named = (trouble: Hiccup | undefined): string =>
  trouble === undefined ? '' : `, the store's call ${trouble.after + 1} fails: ${trouble.fault}`;

export const logIn: fc.Arbitrary<Step> = fc.record({ who: fc.nat(1), trouble: hiccup }).map(
  ({ who, trouble }) =>
    new Step(`login of ${who}${named(trouble)}`, async (model, world) => {
      const subject = subjectOf(world, who);
      const user = world.users.get(subject);
      await underWeather(model, world, trouble, async (weather) => {
        const login = { subject, epoch: user?.epoch };
        const answer = await answerOf(() => world.auth.sessions.issue(login));
        if (user?.active !== true) {
          hold(answer.code === 'no_active_account', 'table', `a disabled user’s login: ${answer.code}`);
          return;
        }
        holdWeather(weather, answer, 'a login');
        if (answer.pair === undefined) addPhantom(model, subject);
        else addSession(model, world, answer.pair);
      });
    }),
);

/** `back` generations behind the newest known token; `times` at once. */
export const refresh: fc.Arbitrary<Step> = fc
  .record({
    n: fc.nat(20),
    back: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0, 0, 0, 1) }, fc.nat(4)),
    times: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 8 })),
    trouble: hiccup,
  })
  .map(
    ({ n, back, times, trouble }) =>
      new Step(
        `refresh of session ${n}, ${back} back, ${times} at once${named(trouble)}`,
        async (model, world) => {
          const session = pick(model, n);
          const known = [...session.tokens.keys()].sort((a, b) => b - a);
          const generation = known[Math.min(back, known.length - 1)] as number;
          await refreshWith(model, world, { session, generation, times, trouble });
        },
        true,
      ),
  );

interface Refreshing {
  readonly session: ModelSession;
  readonly generation: number;
  readonly times: number;
  readonly trouble: Hiccup | undefined;
}

async function refreshWith(model: Model, world: World, refreshing: Refreshing): Promise<void> {
  const { session, generation, times, trouble } = refreshing;
  const token = session.tokens.get(generation) as string;
  if (isExpired(token, world)) {
    const { code } = await answerOf(() => world.auth.refresh(token));
    hold(code === 'token_expired', 'table', `an expired token was answered ${code}`);
    return;
  }
  await underWeather(
    model,
    world,
    trouble,
    async (weather) => {
      const verdicts = verdictsOn(model, session, generation, world);
      const answers = await Promise.all(
        Array.from({ length: times }, () => answerOf(() => world.auth.refresh(token))),
      );
      for (const answer of answers) holdAnswer(answer, { weather, verdicts, session, generation });
      if (weather === 'well') settle(session, answers, verdicts, world);
      await adopt(world, session);
    },
    true,
  );
}

function isExpired(token: string, { now }: World): boolean {
  return now >= contentOf(token).exp * 1000 + RULES.leeway;
}

interface Judging {
  readonly weather: Weather;
  readonly verdicts: readonly Verdict[];
  readonly session: ModelSession;
  readonly generation: number;
}

function holdAnswer(answer: Answer, { weather, verdicts, session, generation }: Judging): void {
  const what = `a refresh with generation ${generation} of ${session.generation}`;
  holdWeather(weather, answer, what);
  if (answer.code === 'store_unavailable') return;
  const accepts = verdicts.includes('rotate') || verdicts.includes('replay');
  if (answer.pair === undefined) {
    const isThief = !verdicts.some(refuses);
    hold(!isThief, 'I5', `${what} was refused: ${answer.code}`);
    const allowed = verdicts.flatMap((verdict) => [verdict, AGAIN[verdict] ?? verdict]);
    hold(
      allowed.includes(answer.code as Verdict),
      'table',
      `${what}: ${answer.code}, not ${verdicts.join(' or ')}`,
    );
    return;
  }
  hold(accepts, brokenBy(session, verdicts), `${what} was accepted, not ${verdicts.join(' or ')}`);
  const given = keepToken(session, answer.pair.refresh ?? '');
  hold(given === generation + 1, 'I1', `${what} gave generation ${given}`);
  const accessEnd = contentOf(answer.pair.access).exp * 1000;
  hold(accessEnd <= session.endsAt, 'I9', 'an access token outlives the session');
  session.access = answer.pair.access;
}

function refuses(verdict: Verdict): boolean {
  return verdict !== 'rotate' && verdict !== 'replay';
}

/** What the second of two at once is told, where the first has ended the session. */
const AGAIN: Partial<Record<Verdict, AuthErrorCode>> = {
  session_expired: 'token_revoked',
  refresh_token_reused: 'token_revoked',
};

function brokenBy(session: ModelSession, verdicts: readonly Verdict[]): 'I1' | 'I3' | 'I4' | 'I9' {
  if (session.ended === 'reuse') return 'I4';
  if (verdicts.includes('session_expired')) return 'I9';
  return session.ended === undefined ? 'I1' : 'I3';
}

const ENDS_WITH: Partial<Record<Verdict, RevokeReason>> = {
  session_expired: 'expired',
  no_active_account: 'no_active_account',
  password_changed: 'password_changed',
  refresh_token_reused: 'reuse',
};

/** Where nothing failed, the answers say exactly what has happened. */
function settle(
  session: ModelSession,
  answers: readonly Answer[],
  verdicts: readonly Verdict[],
  { now }: World,
): void {
  const codes = answers.map(({ code }) => code);
  if (answers.some(({ pair }) => pair !== undefined)) {
    hold(
      codes.every((code) => code === undefined),
      'I2',
      `some were accepted, some refused: ${codes.join()}`,
    );
    if (!verdicts.includes('rotate')) return;
    session.generation += 1;
    session.rotatedAt = now;
    return;
  }
  const verdict = verdicts.find(refuses) as Verdict;
  hold(
    codes.some((code) => code === verdict),
    'table',
    `nobody was told ${verdict}, but ${codes.join()}`,
  );
  session.ended ??= ENDS_WITH[verdict];
}

export const logOut: fc.Arbitrary<Step> = fc
  .record({ n: fc.nat(20), generation: fc.nat(5), racing: fc.boolean(), trouble: hiccup })
  .map(
    ({ n, generation, racing, trouble }) =>
      new Step(
        `logout of session ${n}${racing ? ' while it is refreshed' : ''}${named(trouble)}`,
        async (model, world) => {
          const session = pick(model, n);
          const newest = session.tokens.get(Math.max(...session.tokens.keys())) as string;
          const token = session.tokens.get(generation) ?? newest;
          await underWeather(model, world, trouble, async (weather) => {
            const racer = racing ? answerOf(() => world.auth.refresh(newest)) : undefined;
            const acknowledged = await isAcknowledged(() => world.auth.logout(token));
            const raced = await racer;
            hold(
              weather !== 'down' || !acknowledged,
              'I7',
              'a logout was acknowledged while the store was away',
            );
            hold(weather !== 'well' || acknowledged, 'up', 'a logout was answered 503');
            if (raced?.pair !== undefined) keepToken(session, raced.pair.refresh ?? '');
            await adopt(world, session);
            if (acknowledged) await holdDead(world, session);
          });
        },
        true,
      ),
  );

async function isAcknowledged(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    hold(error instanceof AuthError, 'I8', `it threw ${(error as Error).name}`);
    hold(error.code === 'store_unavailable', 'table', `it was answered ${error.code}`);
    return false;
  }
}

/** After an acknowledged logout no token of the session brings a pair. */
async function holdDead(world: World, session: ModelSession): Promise<void> {
  hold(session.pruned || session.ended !== undefined, 'I3', 'an acknowledged logout left the session live');
  for (const [generation, token] of session.tokens) {
    const { pair } = await answerOf(() => world.auth.refresh(token));
    hold(pair === undefined, 'I3', `generation ${generation} was accepted after an acknowledged logout`);
  }
}

export const logOutAll: fc.Arbitrary<Step> = fc
  .record({ n: fc.nat(20), keep: fc.boolean(), trouble: hiccup })
  .map(
    ({ n, keep, trouble }) =>
      new Step(
        `logout of all of the subject of session ${n}${keep ? ' but that' : ''}${named(trouble)}`,
        async (model, world) => {
          const current = pick(model, n);
          const { subject } = current;
          const own = model.sessions.filter((session) => session.subject === subject && !session.pruned);
          const hit = own.filter((session) => !keep || session !== current);
          const unmarked = hit.filter(({ ended }) => ended === undefined);
          const expected = unmarked.filter((session) => !isOver(session, world)).length;
          const except = keep ? { except: current.id } : {};
          await underWeather(model, world, trouble, async (weather) => {
            let count = -1;
            const acknowledged = await isAcknowledged(async () => {
              count = await world.auth.sessions.revokeAll(subject, { ...except, reason: 'logout' });
            });
            hold(
              weather !== 'down' || !acknowledged,
              'I7',
              'a logout was acknowledged while the store was away',
            );
            hold(weather !== 'well' || acknowledged, 'up', 'a logout of all was answered 503');
            for (const session of own) await adopt(world, session);
            if (!acknowledged) return;
            const most = unmarked.length + (model.phantoms.get(subject) ?? 0);
            hold(
              count >= expected && count <= most,
              'table',
              `${count} sessions ended, not ${expected} to ${most}`,
            );
            model.phantoms.delete(subject);
            for (const session of hit)
              hold(isOver(session, world), 'I3', 'a logout of all left a session live');
          });
        },
        true,
      ),
  );

/** Whether a store marks one that is past its end as revoked, too, is its own business. */
function isOver({ ended, endsAt }: ModelSession, { now }: World): boolean {
  return ended !== undefined || now >= endsAt;
}

export const changePassword: fc.Arbitrary<Step> = fc.nat(1).map(
  (who) =>
    new Step(`a new password for ${who}`, (_, world) => {
      const user = world.users.get(subjectOf(world, who));
      if (user !== undefined) user.epoch = nextEpoch(user.epoch);
    }),
);

function nextEpoch(epoch: string): string {
  return `e${Number(epoch.slice(1)) + 1}`;
}

/** A password change that keeps the session. */
export const reauthenticate: fc.Arbitrary<Step> = fc.record({ n: fc.nat(20), trouble: hiccup }).map(
  ({ n, trouble }) =>
    new Step(
      `a new password from session ${n}, which is kept${named(trouble)}`,
      async (model, world) => {
        const session = pick(model, n);
        const { id, subject } = session;
        const user = world.users.get(subject);
        if (user === undefined) return;
        user.epoch = nextEpoch(user.epoch);
        if (!user.active) return;
        await underWeather(model, world, trouble, async (weather) => {
          const { epoch } = user;
          const before = { generation: session.generation, ended: session.ended };
          const answer = await answerOf(() => world.auth.sessions.reauthenticate({ id, subject }, { epoch }));
          holdWeather(weather, answer, 'a reauthentication');
          const own = model.sessions.filter((each) => each.subject === subject && !each.pruned);
          for (const each of own) await adopt(world, each);
          if (answer.code === 'store_unavailable') addPhantom(model, subject);
          if (answer.pair === undefined) return;
          model.phantoms.delete(subject);
          const live = before.ended === undefined && world.now < session.endsAt;
          hold(live || before.ended === 'password_changed', 'I3', 'an ended session was reauthenticated');
          keepReauthenticated(model, world, { session, pair: answer.pair });
          const others = own.filter((each) => each.id !== answer.pair?.session.id);
          for (const each of others)
            hold(isOver(each, world), 'I3', 'another session survived the new password');
        });
      },
      true,
    ),
);

/** A session that the new password had ended already is replaced by another. */
function keepReauthenticated(
  model: Model,
  world: World,
  { session, pair }: { session: ModelSession; pair: TokenPair },
): void {
  if (pair.session.id !== session.id) {
    addSession(model, world, pair);
    return;
  }
  hold(session.ended === undefined, 'I3', 'the session that was to be kept has ended');
  const given = keepToken(session, pair.refresh ?? '');
  hold(given === session.generation, 'I1', `it gave generation ${given} of ${session.generation}`);
  session.access = pair.access;
}

export const setActive: fc.Arbitrary<Step> = fc.record({ who: fc.nat(1), active: fc.boolean() }).map(
  ({ who, active }) =>
    new Step(`${active ? 'enable' : 'disable'} ${who}`, (_, world) => {
      const user = world.users.get(subjectOf(world, who));
      if (user !== undefined) user.active = active;
    }),
);

/** A guarded request with the last access token of a session. */
export const useAccess: fc.Arbitrary<Step> = fc.nat(20).map(
  (n) =>
    new Step(
      `a request of session ${n}`,
      async (model, world) => {
        const session = pick(model, n);
        const guard = world.auth.guard();
        const rawHeaders = ['Authorization', `Bearer ${session.access}`];
        const expired = isExpired(session.access, world);
        const ask = async (): Promise<string> => {
          const outcome = await guard({ method: 'GET', rawHeaders });
          return outcome.passed ? 'passed' : (outcome.error.code as string);
        };
        if (expired) {
          const code = await ask();
          hold(code === 'token_expired', 'table', `an expired access token: ${code}`);
          return;
        }
        await underWeather(model, world, undefined, async (weather) => {
          const code = await ask();
          if (weather === 'down') {
            hold(code === 'store_unavailable', 'I7', `a guard said ${code} while the store was away`);
            return;
          }
          const live = session.ended === undefined && world.now < session.endsAt && !session.pruned;
          hold(live || code !== 'passed', 'I3', 'a guard let an ended session pass');
          hold(code === (live ? 'passed' : 'token_revoked'), 'table', `a guard said ${code}`);
        });
      },
      true,
    ),
);

const EDGES = ['grace', 'leeway', 'idle', 'end'] as const;

/** Time passes: some, or up to an edge of a session and one ms to either side. */
export const pause: fc.Arbitrary<Step> = fc.oneof(
  fc
    .oneof(fc.constantFrom(1, SECOND, RULES.grace, MINUTE, RULES.idle / 2, RULES.idle), fc.nat(2 * MINUTE))
    .map((ms) => new Step(`${ms} ms pass`, (_, world) => advance(world, world.now + ms))),
  fc
    .record({ n: fc.nat(20), edge: fc.constantFrom(...EDGES), off: fc.constantFrom(-1, 0, 1) })
    .map(
      ({ n, edge, off }) =>
        new Step(
          `time passes to ${off} ms off the ${edge} of session ${n}`,
          (model, world) => advance(world, edgeOf(pick(model, n), edge) + off),
          true,
        ),
    ),
);

function advance(world: World, to: number): void {
  world.now = Math.max(world.now, to);
}

function edgeOf({ rotatedAt, endsAt }: ModelSession, edge: (typeof EDGES)[number]): number {
  const idle = Math.min(rotatedAt + RULES.idle, endsAt);
  const edges = {
    grace: rotatedAt + RULES.grace,
    leeway: rotatedAt + RULES.grace + RULES.leeway,
    idle: Math.floor(idle / SECOND) * SECOND + RULES.leeway,
    end: endsAt,
  };
  return edges[edge];
}

/** The answer to a refresh is lost with the store, which comes back after grace is over; then the client tries again. */
export const loseAnswer: fc.Arbitrary<Step> = fc
  .record({ n: fc.nat(20), away: fc.integer({ min: 1, max: 4 }), late: fc.constantFrom(0, 1, 20, 35, 36) })
  .map(
    ({ n, away, late }) =>
      new Step(
        `the answer to session ${n} is lost, the store is away for ${away} min, a retry ${late} s later`,
        async (model, world) => {
          const session = pick(model, n);
          const refreshing = { session, generation: session.generation, times: 1, trouble: undefined };
          if (!session.tokens.has(session.generation)) return;
          setDown(model, world, 'commit-then-throw');
          for (let asked = 0; asked <= away * 3; asked += 1) {
            await refreshWith(model, world, refreshing);
            world.now += MINUTE / 3;
          }
          setDown(model, world, undefined);
          await underWeather(model, world, undefined, () => world.auth.sessions.list(session.subject));
          world.now += late * SECOND;
          await refreshWith(model, world, refreshing);
        },
        true,
      ),
  );

/** A session is kept alive to its absolute end, and then presented around it. */
export const reachEnd: fc.Arbitrary<Step> = fc
  .record({ n: fc.nat(20), off: fc.constantFrom(-1, 0, 1, RULES.leeway - 1 - SECOND) })
  .map(
    ({ n, off }) =>
      new Step(
        `session ${n} is used to its end, and ${off} ms off it`,
        async (model, world) => {
          const session = pick(model, n);
          advance(world, session.endsAt - RULES.idle);
          for (const at of [world.now, session.endsAt + off]) {
            advance(world, at);
            const { generation } = session;
            if (!session.tokens.has(generation)) return;
            await refreshWith(model, world, { session, generation, times: 1, trouble: undefined });
          }
        },
        true,
      ),
  );

function setDown(model: Model, { store }: World, fault: Fault | undefined): void {
  model.down = fault !== undefined;
  store.heal();
  if (fault !== undefined) store.fail(fault);
}

export const crash: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 8, arbitrary: fc.constantFrom<Fault>('throw', 'commit-then-throw') },
    { weight: 1, arbitrary: fc.constant<Fault>('hang') },
    { weight: 24, arbitrary: fc.constant(undefined) },
  )
  .map(
    (fault) =>
      new Step(fault === undefined ? 'the store is well' : `the store fails: ${fault}`, (model, world) =>
        setDown(model, world, fault),
      ),
  );

/** A new process: what it saw of outages is forgotten, the data and with them the grace of each rotation are not. */
export const restart: fc.Arbitrary<Step> = fc.constant(
  new Step('restart', async (model, world) => {
    await world.restart();
    model.outages = [];
  }),
);

export const prune: fc.Arbitrary<Step> = fc.constant(
  new Step('prune', async (model, world) => {
    await underWeather(model, world, undefined, async (weather) => {
      const acknowledged = await isAcknowledged(() => world.auth.prune());
      hold(weather !== 'well' || acknowledged, 'up', 'pruning was answered 503');
      hold(weather !== 'down' || !acknowledged, 'I7', 'pruning was acknowledged while the store was away');
    });
    for (const session of model.sessions) {
      const { id, subject, endsAt } = session;
      if (world.now < endsAt + 3_600 * SECOND) continue;
      session.pruned ||= (await world.store.untroubled().find({ id, subject }, world.now)) === undefined;
    }
  }),
);
