import { describe, expect, it } from 'vitest';
import { logIn, post } from '../../shared/test/support/client.ts';
import { startServer } from '../../shared/test/support/server.ts';

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const JSON_TYPE = { 'content-type': 'application/json' };
const CREDENTIALS = JSON.stringify({ username: 'vitor', password: '123' });

/** The `Cookie` line that a browser would send after an answer. */
function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function bodyOf(response: Response): Promise<{ readonly code?: string }> {
  return (await response.json()) as { readonly code?: string };
}

describe.concurrent('TRANSPORT=cookie', () => {
  it.each([
    ['a secret', {}],
    ['a private key', { ALG: 'ES256' }],
  ])('keeps the tokens in cookies, with %s', async (_keys, env) => {
    const { url } = await startServer({ STORE_URL: 'memory:', TRANSPORT: 'cookie', ...env });
    const send = (path: string, headers: Record<string, string>, body?: string) =>
      fetch(`${url}${path}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });

    const strange = await send('/api/token/', JSON_TYPE, CREDENTIALS);
    expect([strange.status, (await bodyOf(strange)).code]).toEqual([403, 'csrf_failed']);

    const login = await send('/api/token/', { ...JSON_TYPE, ...OWN_PAGE }, CREDENTIALS);
    expect(await login.json()).toEqual({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    expect(login.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      'access',
      'refresh',
      'csrf',
    ]);

    const hello = await fetch(`${url}/hello/`, { headers: { cookie: cookiesOf(login) } });
    expect(await hello.json()).toEqual({ message: 'Hello, World!' });

    const refreshed = await send('/api/token/refresh', { cookie: cookiesOf(login), ...OWN_PAGE });
    expect(refreshed.status).toBe(200);

    const change = { old: '123', password: 'swordfish' };
    const unsafe = await send(
      '/me/password',
      { cookie: cookiesOf(refreshed), ...JSON_TYPE },
      JSON.stringify(change),
    );
    expect([unsafe.status, (await bodyOf(unsafe)).code]).toEqual([403, 'csrf_failed']);
    const headers = { cookie: cookiesOf(refreshed), ...JSON_TYPE, ...OWN_PAGE };
    const changed = await send('/me/password', headers, JSON.stringify(change));
    expect([changed.status, changed.headers.getSetCookie().length]).toEqual([200, 3]);
    expect(await changed.json()).not.toHaveProperty('access');

    const logout = await send('/api/token/logout', { cookie: cookiesOf(changed), ...OWN_PAGE });
    expect([logout.status, logout.headers.getSetCookie().length]).toEqual([200, 3]);
    const after = await fetch(`${url}/hello/`, { headers: { cookie: cookiesOf(changed) } });
    expect(after.status).toBe(401);
  });

  it('takes unsafe requests from ORIGINS and no other', async () => {
    const env = { STORE_URL: 'memory:', TRANSPORT: 'cookie', ORIGINS: 'https://app.example.com' };
    const { url } = await startServer(env);
    const from = (origin: string) =>
      fetch(`${url}/api/token/`, { method: 'POST', headers: { ...JSON_TYPE, origin }, body: CREDENTIALS });
    expect((await from('https://app.example.com')).status).toBe(200);
    expect((await from('http://localhost:8000')).status).toBe(200);
    expect((await from('https://evil.example.com')).status).toBe(403);
  });

  it('uses prefixed names and Secure behind an https issuer', async () => {
    const env = { STORE_URL: 'memory:', TRANSPORT: 'cookie', ISSUER: 'https://api.example.com' };
    const { url } = await startServer(env);
    const login = await fetch(`${url}/api/token/`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...OWN_PAGE },
      body: CREDENTIALS,
    });
    const lines = login.headers.getSetCookie();
    expect(lines.map((line) => line.split('=')[0])).toEqual([
      '__Host-access',
      '__Secure-refresh',
      '__Host-csrf',
    ]);
    for (const line of lines) expect(line).toContain('; Secure');
  });
});

describe.concurrent('CLIENTS', () => {
  it('opens introspection and revocation to the clients named', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', CLIENTS: 'gateway:s3cret,other:pass:word' });
    const { access } = await logIn(url);
    const ask = async (path: string, credentials: string) => {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      const body = new URLSearchParams({ token: access });
      const response = await fetch(`${url}/api/token/${path}`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      return { status: response.status, body: await response.json() };
    };
    expect(await ask('introspect', 'gateway:wrong')).toMatchObject({
      status: 401,
      body: { code: 'invalid_client' },
    });
    expect(await ask('introspect', 'gateway:s3cret')).toMatchObject({
      status: 200,
      body: { active: true, sub: '1' },
    });
    expect(await ask('revoke', 'other:pass:word')).toEqual({ status: 200, body: {} });
    expect(await ask('introspect', 'gateway:s3cret')).toEqual({ status: 200, body: { active: false } });
  });

  it('leaves the endpoints away where there are none', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:' });
    expect(await post(`${url}/api/token/introspect`, { token: 'x' })).toMatchObject({ status: 404 });
  });
});

describe.concurrent('LOGIN_RATE', () => {
  it('answers 429 after so many failures for one user name, and lets others in', async () => {
    const { url } = await startServer({ STORE_URL: 'memory:', LOGIN_RATE: '3/m' });
    const fail = () => post(`${url}/api/token/`, { username: 'vitor', password: 'wrong' });
    for (const _ of [1, 2, 3]) expect((await fail()).status).toBe(401);
    const limited = await fail();
    expect(limited).toMatchObject({ status: 429, body: { code: 'rate_limited', error: 'invalid_request' } });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(`${url}/api/token/`, { username: 'vitor', password: '123' })).status).toBe(429);
    await logIn(url, 'admin', 'admin');
  });
});
