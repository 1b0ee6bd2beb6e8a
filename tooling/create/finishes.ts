import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RunningApp } from './running-app.ts';

const BODY = JSON.stringify({ username: 'nobody', password: 'a password' });
const HALF = 10;

/** A request that is half there when the signal comes gets its answer; new connections do not; the exit code is 0. */
export async function finishes({ url, end }: RunningApp): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': BODY.length };
  const login = request(`${url}/api/token`, { method: 'POST', headers });
  const answered = once(login, 'response') as Promise<[IncomingMessage]>;
  login.write(BODY.slice(0, HALF));
  // A request on another connection, later: the first is under way by then.
  expect((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);

  const ended = end();
  while (await isServed(url)) await sleep(10);
  login.end(BODY.slice(HALF));
  const [answer] = await answered;
  expect(answer.statusCode).toBe(401);
  answer.resume();
  expect(await ended).toBe(0);
}

function isServed(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );
}
