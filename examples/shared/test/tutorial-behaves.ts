import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, get, headerOf, logIn, post, postForm, refresh } from './support/client.ts';
import type { Framework } from './support/example-process.ts';
import { type Server, startServer } from './support/server.ts';

const DAY = 86_400;

/** What a reader of the tutorial sees, on any framework. */
export function tutorialBehaves(framework: Framework): void {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = await startServer({}, undefined, framework);
    url = server.url;
  });

  describe('the tutorial', () => {
    it('logs in, calls the guarded route and refreshes', async () => {
      const login = await post(`${url}/api/token/`, { username: 'vitor', password: '123' });
      expect(login).toMatchObject({
        status: 200,
        body: { token_type: 'Bearer', expires_in: 300, refresh_expires_in: DAY },
      });

      const hello = await get(`${url}/hello/`, login.body.access);
      expect(hello).toMatchObject({ status: 200, body: { message: 'Hello, World!' } });
      expect(await get(`${url}/hello`, login.body.access)).toMatchObject({ status: 200 });

      const refreshed = await postForm(`${url}/api/token/refresh/`, { refresh: login.body.refresh });
      expect(refreshed).toMatchObject({ status: 200, body: { expires_in: 300, refresh_expires_in: DAY } });
      expect(refreshed.body.refresh).not.toBe(login.body.refresh);
      expect(await get(`${url}/hello/`, refreshed.body.access)).toMatchObject({ status: 200 });
    });

    it('prints on stdout how to try it, with the address it listens on', () => {
      const [text = ''] = server.stdout().split('\n{');
      expect(text.match(/^ {2}curl /gm)).toHaveLength(3);
      for (const path of ['/api/token/', '/hello/', '/api/token/refresh/'])
        expect(text).toContain(`${url}${path}`);
    });

    it('answers a refresh repeated within grace with the same refresh token', async () => {
      const { refresh: first } = await logIn(url);
      const once = await refresh(url, first);
      const again = await refresh(url, first);
      expect(again.status).toBe(200);
      expect(again.body.refresh).toBe(once.body.refresh);
      expect(again.body.access).not.toBe(once.body.access);
    });

    it('refuses the guarded route without a token, with a challenge', async () => {
      const { status, headers, body } = await get(`${url}/hello/`);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="api"');
      expect(body).toMatchObject({ error: 'invalid_token', code: 'token_missing' });
    });

    it('refuses a refresh token on the guarded route, and after a logout both tokens', async () => {
      const pair = await logIn(url);
      expect((await get(`${url}/hello`, pair.refresh)).body.code).toBe('token_wrong_type');
      expect(await post(`${url}/api/token/logout`, { refresh: pair.refresh })).toMatchObject({
        status: 200,
        body: {},
      });
      expect((await get(`${url}/hello`, pair.access)).body.code).toBe('token_revoked');
      expect(await refresh(url, pair.refresh)).toMatchObject({
        status: 401,
        body: { code: 'token_revoked', error: 'invalid_grant' },
      });
    });

    it('refuses a wrong password and an unknown user alike', async () => {
      const wrong = await post(`${url}/api/token/`, { username: 'vitor', password: '124' });
      const unknown = await post(`${url}/api/token/`, { username: 'nobody', password: '123' });
      expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
      expect(unknown.body).toEqual(wrong.body);
    });

    it('sends no-store with every answer of the token endpoints', async () => {
      const { refresh: token } = await logIn(url);
      const answers = [
        await post(`${url}/api/token/`, { username: 'vitor', password: '123' }),
        await refresh(url, token),
        await post(`${url}/api/token/verify`, { token }),
        await post(`${url}/api/token/logout`, { refresh: token }),
        await post(`${url}/api/token/`, {}),
        await refresh(url, 'garbage'),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400, 401]);
      for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
    });
  });

  describe('tokens and sessions', () => {
    it('live 300 s, 86,400 s and 30 days', async () => {
      const pair = await logIn(url);
      const access = claimsOf(pair.access);
      expect(access.exp - access.iat).toBe(300);
      expect(claimsOf(pair.refresh).exp - claimsOf(pair.refresh).iat).toBe(DAY);
      const database = new DatabaseSync(server.database, { readOnly: true });
      const row = database
        .prepare('SELECT ends_at - created_at AS life FROM tokenpair_session WHERE id = ?')
        .get(access.sid);
      database.close();
      expect(row?.['life']).toBe(30 * DAY * 1000);
    });

    it('carry the user, the scope and what RFC 9068 wants', async () => {
      const { access } = await logIn(url, 'admin', 'admin');
      expect(headerOf(access)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
      expect(claimsOf(access)).toMatchObject({
        iss: 'http://localhost:8000',
        aud: 'http://localhost:8000',
        scope: 'read admin',
      });
    });

    it('give fifty parallel refreshes one successor, in one record', async () => {
      const pair = await logIn(url);
      const { sid } = claimsOf(pair.access);
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(url, pair.refresh)));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
      expect(new Set(answers.map(({ body }) => body.refresh)).size).toBe(1);
      expect(new Set(answers.map(({ body }) => body.access)).size).toBe(50);
      expect(claimsOf(answers[0]?.body.refresh)).toMatchObject({ sid, gen: 1 });

      const database = new DatabaseSync(server.database, { readOnly: true });
      const rows = database.prepare('SELECT generation FROM tokenpair_session WHERE id = ?').all(sid);
      database.close();
      expect(rows).toMatchObject([{ generation: 1 }]);
    });

    it('leave no token and no password in the database', async () => {
      const pair = await logIn(url);
      const next = await refresh(url, pair.refresh);
      const folder = join(server.folder, 'data');
      const files = readdirSync(folder).filter((name) => name.startsWith('tokenpair.db'));
      expect(files).toContain('tokenpair.db-wal');
      const bytes = files.map((name) => readFileSync(join(folder, name), 'latin1')).join('');
      const { sid } = claimsOf(pair.access);
      expect(bytes).toContain(sid);
      for (const token of [pair.access, pair.refresh, next.body.access, next.body.refresh]) {
        for (const part of token.split('.')) expect(bytes).not.toContain(part);
      }
    });

    it('are signed with a key that only its owner can read', () => {
      expect(statSync(server.keysFile).mode & 0o777).toBe(0o600);
      expect(statSync(join(server.folder, 'data')).mode & 0o777).toBe(0o700);
      const { keys } = JSON.parse(readFileSync(server.keysFile, 'utf8'));
      expect(keys).toMatchObject([{ kty: 'oct', alg: 'HS256' }]);
    });
  });

  describe('the other routes', () => {
    it('answer HEAD like GET without a body, and know no OPTIONS', async () => {
      const head = await fetch(`${url}/healthz`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect((await fetch(`${url}/hello`, { method: 'HEAD' })).status).toBe(401);
      expect((await fetch(`${url}/hello`, { method: 'OPTIONS' })).status).toBe(404);
    });

    it('show who asks', async () => {
      const { access } = await logIn(url);
      const claims = claimsOf(access);
      const me = await get(`${url}/me`, access);
      expect(me.body).toEqual({ subject: claims.sub, session: claims.sid, scopes: ['read'], claims });
      expect(me.headers.get('cache-control')).toBe('private, no-store');
      expect(me.headers.get('vary')).toBe('Authorization, Cookie');
      expect((await get(`${url}/optional`)).body).toEqual({ subject: null });
      expect((await get(`${url}/optional`, access)).body).toEqual({ subject: claims.sub });
      expect((await get(`${url}/optional`, 'bad')).status).toBe(401);
    });

    it('let only the scope admin in to /admin', async () => {
      const { access } = await logIn(url, 'admin', 'admin');
      expect((await get(`${url}/admin`, access)).body).toEqual({ message: 'Hello, admin!' });
      const refused = await get(`${url}/admin`, (await logIn(url)).access);
      expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
      expect(refused.headers.get('www-authenticate')).toContain('scope="admin"');
    });

    it('tell health and readiness, uncached', async () => {
      expect(await get(`${url}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(await get(`${url}/readyz`)).toMatchObject({ status: 200, body: { status: 'ready' } });
    });

    it('publish no key when tokens are signed with a secret', async () => {
      const { body, headers } = await get(`${url}/.well-known/jwks.json`);
      expect(body).toEqual({ keys: [] });
      expect(headers.get('cache-control')).toBe('public, max-age=300');
    });

    it('end at a 404 of the one shape, without X-Powered-By', async () => {
      for (const path of ['/', '/nowhere', '/%ZZ', '/hello/there', '/HELLO', '/api/token/nowhere']) {
        const { status, headers, body } = await get(`${url}${path}`);
        expect([path, status, body.error, body.code]).toEqual([path, 404, 'invalid_request', 'not_found']);
        expect(headers.get('x-powered-by')).toBeNull();
      }
      expect(await post(`${url}/hello`, {})).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await post(`${url}/users/%E0%A4%A/disable`, {})).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    });
  });
}
