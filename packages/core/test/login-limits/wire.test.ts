import type { AuthAnswer, AuthErrorCode } from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import { clientAddress, limitLogins } from '@tokenpair/core/login-limits';
import { describe, expect, it } from 'vitest';
import { hooksOf, makeAuth, PASSWORD, type TestUser } from '../support/auth.ts';
import { plain, requestOf } from '../support/requests.ts';
import { HOME, memory } from './support.ts';

const users = new Map<string, TestUser>([['1', { active: true, epoch: 'e0' }]]);
const { login } = hooksOf(users);

function post(username: string, password: string, ip = HOME) {
  return requestOf('POST', '/', { parsed: { username, password }, ip });
}

describe('a login beyond the limit', () => {
  it('is 429 with Retry-After, the same answer for accounts that are there and that are not', async () => {
    const failed: AuthErrorCode[] = [];
    const { auth } = makeAuth({
      login: limitLogins(login, { network: memory(100), pair: memory(1) }),
      onLoginFailed: ({ code }) => void failed.push(code),
    });
    const answers: (AuthAnswer | undefined)[] = [];
    for (const name of ['1', 'nobody']) {
      expect((await auth.handle(post(name, 'wrong')))?.status).toBe(401);
      answers.push(await auth.handle(post(name, PASSWORD)));
    }
    const [known, unknown] = answers.map(plain);
    expect(known).toEqual({
      status: 429,
      headers: expect.objectContaining({ 'retry-after': '900', 'cache-control': 'no-store' }),
      body: { error: 'invalid_request', code: 'rate_limited', detail: expect.any(String) },
    });
    expect(unknown).toEqual(known);
    expect(failed).toEqual(['invalid_credentials', 'rate_limited', 'invalid_credentials', 'rate_limited']);
    expect((await auth.handle(post('1', PASSWORD, '198.51.100.1')))?.status).toBe(200);
  });

  it('is 503 while the limiter is away, and an event', async () => {
    const fail = () => Promise.reject(new Error('away'));
    const { auth, names } = makeAuth({
      login: limitLogins(login, { pair: { consume: fail, reward: fail, get: fail } }),
    });
    expect(plain(await auth.handle(post('1', PASSWORD)))).toMatchObject({
      status: 503,
      body: { code: 'backend_unavailable' },
    });
    expect(names()).toContain('backend.failed');
  });
});

describe('clientAddress beside auth.fetch', () => {
  it('tells the login where it came from, by the entry that the proxy wrote', async () => {
    const { auth } = makeAuth({ login: limitLogins(login, { network: memory(1) }) });
    const routes = fetchAuth(auth).routes();
    const addressOf = clientAddress({ hops: 1 });
    const send = async (forwarded: string) => {
      const request = new Request('https://api.test/', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
        body: JSON.stringify({ username: '1', password: 'wrong' }),
      });
      return (await routes(request, { ip: addressOf(request.headers, '10.0.0.1') }))?.status;
    };
    expect(await send('203.0.113.7')).toBe(401);
    expect(await send('198.51.100.99, 203.0.113.7')).toBe(429);
    expect(await send('203.0.113.7, 203.0.113.8')).toBe(401);
  });
});
