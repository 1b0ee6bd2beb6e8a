import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type Koa from 'koa';
import { ask, type Serving, serve } from './http.ts';
import type { Side } from './probes.ts';
import { altered } from './tokens.ts';

export const SECRET = 'the secret of the app, of 32 bytes or more';

type App = RequestListener | Koa | FastifyInstance;

/** An app that listens, with what the probes need of it. */
export interface RunningSide extends Serving {
  readonly side: Side;
}

/** One that signs tokens itself at `/login` and has no logout. */
export async function startBefore(app: App): Promise<RunningSide> {
  const serving = await serve(await listenerOf(app));
  const logIn = async (username: string, password: string): Promise<string> => {
    const { body } = await ask(serving.url, { path: '/login', body: { username, password } });
    return (body as { token: string }).token;
  };
  const ada = await logIn('ada', 'lovelace');
  const side: Side = {
    secret: SECRET,
    ada,
    grace: await logIn('grace', 'hopper'),
    other: altered(ada, SECRET, { claims: { purpose: 'forgotten password', jti: randomUUID() } }),
    loggedOut: await logIn('ada', 'lovelace'),
  };
  return { ...serving, side };
}

/** One with Tokenpair's endpoints under `/api/token`. */
export async function startAfter(app: App): Promise<RunningSide> {
  const serving = await serve(await listenerOf(app));
  const logIn = async (username: string, password: string): Promise<{ access: string; refresh: string }> => {
    const { body } = await ask(serving.url, { path: '/api/token', body: { username, password } });
    return body as { access: string; refresh: string };
  };
  const ada = await logIn('ada', 'lovelace');
  const leaving = await logIn('ada', 'lovelace');
  await ask(serving.url, { path: '/api/token/logout', body: { refresh: leaving.refresh } });
  const grace = await logIn('grace', 'hopper');
  const side: Side = {
    secret: SECRET,
    ada: ada.access,
    grace: grace.access,
    other: ada.refresh,
    loggedOut: leaving.access,
  };
  return { ...serving, side };
}

export async function listenerOf(app: App): Promise<RequestListener> {
  if (typeof app === 'function') return app;
  if ('routing' in app) {
    await app.ready();
    return app.routing;
  }
  app.silent = true; // what it prints is what the peer throws
  return app.callback();
}
