/** Django’s last weeks: its tokens are taken and changed for sessions, and nobody has to log in. */
import { type Auth, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth, type SimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from './simplejwt/leaving.ts';
import { type Answer, ask, inWords, serve } from './support/http.ts';

const DJANGO_KEY = { alg: 'HS256', secret: 'the-secret-of-the-fleet-which-has-fifty-characters' } as const;
const OWN_KEY = { alg: 'HS256', secret: 'a secret of its own, of 32 bytes or more' } as const;

interface Leaving {
  readonly django: SimpleJwtAuth;
  readonly auth: Auth;
  me(token: string): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
}

async function leave({ rotate }: { rotate: boolean }): Promise<Leaving> {
  const django = createSimpleJwtAuth({ keys: DJANGO_KEY, store: memoryStore(), refresh: { rotate } });
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: OWN_KEY,
    store: memoryStore(),
    login: ({ username }) => ({ subject: String(username) }),
  });
  const { url, close } = await serve(createApp(django, auth));
  onTestFinished(close);
  return {
    django,
    auth,
    me: (token) => ask(url, { path: '/me', headers: ['Authorization', `Bearer ${token}`] }),
    post: (path, body) => ask(url, { path: `/api/token/${path}`, body }),
  };
}

const pairIn = ({ body }: Answer): { access: string; refresh: string } =>
  body as { access: string; refresh: string };

it('both kinds of access token open the route', async () => {
  const { django, me, post } = await leave({ rotate: false });
  const { access } = await django.issue({ subject: '1' });
  expect(await me(access)).toMatchObject({ status: 200, body: { id: '1' } });
  const own = pairIn(await post('', { username: '2', password: 'x' }));
  expect(await me(own.access)).toMatchObject({ status: 200, body: { id: '2' } });
  expect(inWords(await me('nonsense'))).toBe('401 token_not_valid');
});

it.each(['refresh', 'refresh/'])('at /%s a token of Django’s opens a session', async (path) => {
  const { django, auth, me, post } = await leave({ rotate: false });
  const old = await django.issue({ subject: '1' });
  const answer = await post(path, { refresh: old.refresh });
  const { access, refresh } = pairIn(answer);
  expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(await me(access)).toMatchObject({ status: 200, body: { id: '1' } });
  expect(await auth.sessions.list('1')).toHaveLength(1);
  expect((await post(path, { refresh })).status).toBe(200);
});

it('without rotation a lost answer can be asked for again; with it the token is good once', async () => {
  const lenient = await leave({ rotate: false });
  const one = await lenient.django.issue({ subject: '1' });
  expect((await lenient.post('refresh', { refresh: one.refresh })).status).toBe(200);
  expect((await lenient.post('refresh', { refresh: one.refresh })).status).toBe(200);

  const strict = await leave({ rotate: true });
  const two = await strict.django.issue({ subject: '1' });
  expect((await strict.post('refresh', { refresh: two.refresh })).status).toBe(200);
  expect(inWords(await strict.post('refresh', { refresh: two.refresh }))).toBe('401 token_revoked');
});

it('a logout ends either kind, and what has ended opens no session', async () => {
  const { django, me, post } = await leave({ rotate: false });
  const old = await django.issue({ subject: '1' });
  expect((await post('blacklist/', { refresh: old.refresh })).status).toBe(200);
  expect(inWords(await post('refresh', { refresh: old.refresh }))).toBe('401 token_revoked');

  const own = pairIn(await post('', { username: '2', password: 'x' }));
  expect((await post('logout', { refresh: own.refresh })).status).toBe(200);
  expect(inWords(await post('refresh', { refresh: own.refresh }))).toBe('401 token_revoked');
  expect(inWords(await me(own.access))).toBe('401 token_revoked');
});

it('neither an access token of Django’s nor what is no token opens a session', async () => {
  const { django, post } = await leave({ rotate: false });
  const { access } = await django.issue({ subject: '1' });
  expect(inWords(await post('refresh', { refresh: access }))).toBe('401 token_wrong_type');
  expect(inWords(await post('refresh', { refresh: 'nonsense' }))).toBe('401 token_not_valid');
  expect(inWords(await post('refresh', {}))).toBe('400 invalid_request');
});
