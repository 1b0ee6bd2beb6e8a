/**
 * The situations in which SimpleJWT answers with an error, by the names that the page has for them, for an app with the one auth or the other.
 *
 * @module
 */
import type { Answer } from './http.ts';
import { altered, type Parts } from './tokens.ts';
import { type Pair, SECRET, type World } from './worlds.ts';

const MINUTE = 60_000;

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
