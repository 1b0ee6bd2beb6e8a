/**
 * The same small app with the tokens of SimpleJWT's shape and with Tokenpair's own.
 *
 * @module
 */
import { type Auth, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { type ExpressAuth, expressAuth } from '@tokenpair/express';
import express, { type Express } from 'express';
import { type Answer, ask, serve } from './http.ts';

export const SECRET = 'a secret of 32 bytes and a few more';
const KEYS = { alg: 'HS256', secret: SECRET } as const;

interface Account {
  exists: boolean;
  active: boolean;
  epoch: string;
}

export interface Pair {
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
