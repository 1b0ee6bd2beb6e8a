/** The weeks between: the old tokens are good until they expire, and can be changed for sessions. */
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp as createBefore } from './express-jwt/before.ts';
import { createApp } from './express-jwt/during.ts';
import { type Answer, ask, inWords, type Serving, serve } from './support/http.ts';
import { SECRET } from './support/sides.ts';
import { altered } from './support/tokens.ts';

const NEW_SECRET = 'the secret of the new tokens, 32 bytes';
const options = { subject: '1', jwtid: 'j', expiresIn: '1h' } as const;
const oldToken = (): string => jwt.sign({ scope: 'read' }, SECRET, options);
let app: Serving;

beforeAll(async () => {
  app = await serve(createApp(SECRET, NEW_SECRET));
});
afterAll(() => app.close());

const bearer = (token: string): readonly string[] => ['Authorization', `Bearer ${token}`];
const me = (token: string): Promise<Answer> => ask(app.url, { path: '/me', headers: bearer(token) });
const exchange = (token: string): Promise<Answer> =>
  ask(app.url, { method: 'POST', path: '/api/token/exchange', headers: bearer(token) });

async function logIn(): Promise<{ access: string; refresh: string }> {
  const body = { username: 'ada', password: 'lovelace' };
  return (await ask(app.url, { path: '/api/token', body })).body as { access: string; refresh: string };
}

it('both kinds open the route, and are the same user', async () => {
  const { access } = await logIn();
  expect(await me(access)).toMatchObject({ status: 200, body: { id: '1' } });
  expect(await me(oldToken())).toMatchObject({ status: 200, body: { id: '1' } });
});

it('a token of neither, and none at all, are refused', async () => {
  expect(inWords(await me(altered(oldToken(), 'some other key', {})))).toBe('401 invalid_token');
  expect(inWords(await ask(app.url, { path: '/me' }))).toBe('401 token_missing');
});

it('a token of Tokenpair’s after its logout gets no second look', async () => {
  const { access, refresh } = await logIn();
  await ask(app.url, { path: '/api/token/logout', body: { refresh } });
  expect(inWords(await me(access))).toBe('401 token_revoked');
});

it('an old token is changed for a session, once', async () => {
  const token = jwt.sign({ scope: 'read' }, SECRET, { ...options, jwtid: 'once' });
  const answer = await exchange(token);
  const { access, refresh } = answer.body as { access: string; refresh: string };
  expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(await me(access)).toMatchObject({ status: 200, body: { id: '1' } });
  expect((await ask(app.url, { path: '/api/token/refresh', body: { refresh } })).status).toBe(200);
  expect(inWords(await exchange(token))).toBe('401 token_revoked');
  expect((await me(token)).status).toBe(200);
});

it('a token of Tokenpair’s is not exchanged', async () => {
  const { access } = await logIn();
  expect(inWords(await exchange(access))).toBe('401 invalid_token');
});

it('with one secret for both, the old app takes a refresh token for an access token; with two it does not', async () => {
  const before = await serve(createBefore(SECRET));
  const shared = await serve(createApp('unused, since it has to be some secret', SECRET));
  try {
    const body = { username: 'ada', password: 'lovelace' };
    const pair = (await ask(shared.url, { path: '/api/token', body })).body as { refresh: string };
    const asked = { path: '/me', headers: bearer(pair.refresh) };
    expect(inWords(await ask(before.url, asked))).toBe('200');
    const { refresh } = await logIn();
    expect(inWords(await ask(before.url, { ...asked, headers: bearer(refresh) }))).toBe('401 invalid_token');
  } finally {
    await Promise.all([before.close(), shared.close()]);
  }
});
