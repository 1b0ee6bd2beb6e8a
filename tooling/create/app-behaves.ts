import { expect } from 'vitest';

interface Subject {
  readonly url: string;
  /** A user of the app's. */
  readonly name: string;
  readonly password: string;
}

interface Pair {
  readonly access: string;
  readonly refresh: string;
}

const LIMIT = 5;

/** What a client wrote itself, and what the one proxy in front of the app saw. */
const FORWARDED = '198.51.100.9, 203.0.113.7';

/** An app with tokens in headers, as its clients meet it: a session from login to logout, limits, health, nothing said of its inside. */
export async function appBehaves({ url, name, password }: Subject): Promise<void> {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}/api/token${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': FORWARDED },
      body: JSON.stringify(body),
    });
  const hello = (access: string): Promise<Response> =>
    fetch(`${url}/hello`, { headers: { authorization: `Bearer ${access}` } });

  const login = await post('/', { username: name, password });
  expect(login.status).toBe(200);
  const first = (await login.json()) as Pair;
  const answer = await hello(first.access);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { message: expect.stringMatching(/^Hello, user \d+!$/) },
  ]);

  const refreshed = await post('/refresh', { refresh: first.refresh });
  const second = (await refreshed.json()) as Pair;
  expect(refreshed.status).toBe(200);
  expect(second.refresh).not.toBe(first.refresh);

  expect((await post('/logout', { refresh: second.refresh })).status).toBe(200);
  for (const { access } of [first, second]) {
    const refused = await hello(access);
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'token_revoked' }]);
  }
  expect((await post('/refresh', { refresh: second.refresh })).status).toBe(401);

  for (const [path, status] of [
    ['/healthz', 200],
    ['/readyz', 200],
    ['/hello', 401],
    ['/elsewhere', 404],
  ] as const) {
    const given = await fetch(`${url}${path}`);
    expect([path, given.status, given.headers.get('x-powered-by')]).toEqual([path, status, null]);
  }

  for (let attempt = 0; attempt < LIMIT; attempt += 1)
    expect((await post('/', { username: name, password: 'wrong' })).status).toBe(401);
  expect((await post('/', { username: name, password })).status).toBe(429);
}
