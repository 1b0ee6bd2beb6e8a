/**
 * The situations in which SimpleJWT answers with an error, by the names that the page has for them, for an app with the one auth or the other.
 *
 * @module
 */
import { type Auth, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { type ExpressAuth, expressAuth } from '@tokenpair/express';
import express, { type Express } from 'express';
import { type Answer, ask, serve } from './http.ts';
import { altered, type Parts } from './tokens.ts';

const SECRET = 'a secret of 32 bytes and a few more';
const KEYS = { alg: 'HS256', secret: SECRET } as const;
const MINUTE = 60_000;

interface Account {
  exists: boolean;
  active: boolean;
  epoch: string;
}

interface Pair {
  readonly access: string;
  readonly refresh: string;
}

/** A running app with one account, whose clock the test moves. */
export interface World {
  readonly account: Account;
  /** In what the app calls a password change. */
  changePassword(): Promise<void>;
  wait(ms: number): void;
  logIn(): Promise<Pair>;
  get(path: string, ...headers: string[]): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  close(): Promise<void>;
}

type Situation = (world: World) => Promise<Answer>;

const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];
const forged = (token: string, change: Partial<Parts>): string => altered(token, SECRET, change);
const atMe = async (world: World, change: (pair: Pair) => string): Promise<Answer> =>
  world.get('/me', ...bearer(change(await world.logIn())));

/** A pair, then something happens, then the access token at a route. */
const afterwards = async (world: World, event: () => unknown): Promise<Answer> => {
  const { access } = await world.logIn();
  await event();
  return world.get('/me', ...bearer(access));
};

const refreshedAfter = async (world: World, event: (pair: Pair) => unknown): Promise<Answer> => {
  const pair = await world.logIn();
  await event(pair);
  return world.post('refresh', { refresh: pair.refresh });
};

export const SITUATIONS: Readonly<Record<string, Situation>> = {
  'login: a field is missing': (world) => world.post('', { username: 'ada' }),
  'login: wrong password': (world) => world.post('', { username: 'ada', password: 'wrong' }),
  'login: the user is inactive': (world) => {
    world.account.active = false;
    return world.post('', { username: 'ada', password: 'lovelace' });
  },
  'route: no header': (world) => world.get('/me'),
  'route: the scheme in lower case': async (world) =>
    world.get('/me', 'Authorization', `bearer ${(await world.logIn()).access}`),
  'route: the scheme alone': (world) => world.get('/me', 'Authorization', 'Bearer'),
  'route: three parts': (world) => world.get('/me', 'Authorization', 'Bearer a b'),
  'route: garbage': (world) => world.get('/me', ...bearer('garbage')),
  'route: expired': (world) => afterwards(world, () => world.wait(6 * MINUTE)),
  'route: a refresh token': (world) => atMe(world, ({ refresh }) => refresh),
  'route: no user in the token': (world) =>
    atMe(world, ({ access }) => forged(access, { claims: { user_id: undefined, sub: undefined } })),
  'route: the user is gone': (world) =>
    afterwards(world, () => {
      world.account.exists = false;
    }),
  'route: the user is inactive': (world) =>
    afterwards(world, () => {
      world.account.active = false;
    }),
  'route: the password has changed': (world) => afterwards(world, world.changePassword),
  'route: after a logout': async (world) => {
    const { access, refresh } = await world.logIn();
    await world.post('blacklist', { refresh });
    return world.get('/me', ...bearer(access));
  },
  'public route: garbage': (world) => world.get('/public', ...bearer('garbage')),
  'refresh: garbage': (world) => world.post('refresh', { refresh: 'garbage' }),
  'refresh: expired': (world) => refreshedAfter(world, () => world.wait(25 * 60 * MINUTE)),
  'refresh: the user is inactive or gone': (world) =>
    refreshedAfter(world, () => {
      world.account.active = false;
    }),
  'refresh: the password has changed': (world) =>
    refreshedAfter(world, () => {
      world.account.epoch = 'another';
    }),
  'refresh: after a logout': (world) =>
    refreshedAfter(world, ({ refresh }) => world.post('blacklist', { refresh })),
  'refresh: used before, a moment ago': (world) =>
    refreshedAfter(world, ({ refresh }) => world.post('refresh', { refresh })),
  'refresh: used before, a minute ago': (world) =>
    refreshedAfter(world, async ({ refresh }) => {
      await world.post('refresh', { refresh });
      world.wait(MINUTE);
    }),
  'refresh: signed, without `jti`': async (world) => {
    const { refresh } = await world.logIn();
    return world.post('refresh', { refresh: forged(refresh, { claims: { jti: undefined } }) });
  },
  'verify: after a logout': async (world) => {
    const { refresh } = await world.logIn();
    await world.post('blacklist', { refresh });
    return world.post('verify', { token: refresh });
  },
  'logout: the second time': async (world) => {
    const { refresh } = await world.logIn();
    await world.post('blacklist', { refresh });
    return world.post('blacklist', { refresh });
  },
  'logout: garbage': (world) => world.post('blacklist', { refresh: 'garbage' }),
};

type Credentials = Readonly<Record<string, string>>;

const newAccount = (): Account => ({ exists: true, active: true, epoch: 'first' });
const isRight = ({ username, password }: Credentials): boolean =>
  username === 'ada' && password === 'lovelace';

export function simpleJwtWorld(): Promise<World> {
  const account = newAccount();
  const clock = movableClock();
  const auth = createSimpleJwtAuth({
    keys: KEYS,
    clock: clock.now,
    store: memoryStore(),
    refresh: { rotate: true },
    login: (credentials) => (isRight(credentials) ? { subject: '1' } : undefined),
    resolve: () => ({ active: account.exists && account.active }),
  });
  return worldOf(expressAuth(auth), { account, wait: clock.wait, changePassword: async () => undefined });
}

export function ownWorld(): Promise<World> {
  const account = newAccount();
  const clock = movableClock();
  const auth: Auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: KEYS,
    clock: clock.now,
    store: memoryStore(),
    login: (credentials) => (isRight(credentials) ? { subject: '1', epoch: account.epoch } : undefined),
    resolve: () => ({ active: account.exists && account.active, epoch: account.epoch }),
    loadUser: () => (account.exists ? { active: account.active } : undefined),
  });
  const changePassword = async (): Promise<void> => {
    account.epoch = 'another';
    await auth.sessions.revokeAll('1', { reason: 'password_changed' });
  };
  return worldOf(expressAuth(auth), { account, wait: clock.wait, changePassword });
}

function appOf({ guard, routes }: ExpressAuth<unknown>): Express {
  return express()
    .use('/api/token', routes())
    .get('/me', guard(), (_req, res) => void res.json({}))
    .get('/public', guard({ optional: true }), (_req, res) => void res.json({}));
}

async function worldOf(
  adapter: ExpressAuth<never> | ExpressAuth<unknown>,
  parts: Pick<World, 'account' | 'changePassword' | 'wait'>,
): Promise<World> {
  const { url, close } = await serve(appOf(adapter as ExpressAuth<unknown>));
  const post = (path: string, body: object): Promise<Answer> =>
    ask(url, { path: `/api/token/${path}`, body });
  return {
    ...parts,
    close,
    post,
    get: (path, ...headers) => ask(url, { path, headers }),
    logIn: async () => (await post('', { username: 'ada', password: 'lovelace' })).body as Pair,
  };
}

function movableClock(): { now(): number; wait(ms: number): void } {
  let at = 1_800_000_000_000;
  return {
    now: () => at,
    wait: (ms) => {
      at += ms;
    },
  };
}
