import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runPage, textOf } from '../verifier/docs.ts';

interface LimitsPage {
  readonly app: RequestListener;
  readonly listen: (port: number) => Server;
}

const run = async () => (await runPage('login-limits')) as unknown as LimitsPage;

async function addressOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function logIn(origin: string, username: string, password: string, forwarded: string) {
  const response = await fetch(`${origin}/api/token/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
    body: JSON.stringify({ username, password }),
  });
  await response.text();
  return response;
}

describe('login-limits.md', () => {
  beforeEach(() => void vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes'));
  afterEach(() => vi.unstubAllEnvs());

  it('has an app that refuses the sixth guess, and lets the owner in while strangers use up the account', async () => {
    const { app } = await run();
    const origin = await addressOf(createServer(app).listen(0, '127.0.0.1'));
    const home = '198.51.100.9, 203.0.113.7'; // the first is made up
    expect((await logIn(origin, 'ada', 'lovelace', home)).status).toBe(200);
    const guesses: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const answer = await logIn(origin, 'Ada', `guess ${n}`, `198.51.100.9, 192.0.2.${Math.floor(n / 6)}`);
      guesses.push(answer.status);
    }
    expect(guesses).toEqual(Array.from({ length: 60 }, (_, n) => (n % 6 === 5 ? 429 : 401)));
    const stranger = await logIn(origin, 'ada', 'lovelace', '192.0.2.200');
    expect([stranger.status, Number(stranger.headers.get('retry-after')) > 900]).toEqual([429, true]);
    expect((await logIn(origin, 'ada', 'lovelace', home)).status).toBe(200);
  });

  it('has a server of Request and Response that goes by the entry of its proxy', async () => {
    const { listen } = await run();
    const origin = await addressOf(listen(0));
    for (let n = 0; n < 100; n += 1)
      expect((await logIn(origin, `user${n}`, 'x', `192.0.2.${n}, 203.0.113.7`)).status).toBe(401);
    expect((await logIn(origin, 'ada', 'x', '192.0.2.1, 203.0.113.7')).status).toBe(429);
    expect((await logIn(origin, 'ada', 'x', '203.0.113.7, 203.0.113.8')).status).toBe(401);
  });

  it('suggests what its app has', () => {
    const text = textOf('login-limits');
    for (const [name, points, minutes] of [
      ['network', 100, '15 minutes'],
      ['pair', 5, '15 minutes'],
      ['account', 50, 'an hour'],
    ]) {
      expect(text).toMatch(new RegExp(`^\\| \`${name}\` .* ${points} in ${minutes} \\|$`, 'm'));
      expect(text).toContain(`limiter('${name}', ${points}, ${minutes === 'an hour' ? 60 : 15} * MINUTES)`);
    }
  });
});
