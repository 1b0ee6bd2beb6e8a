// A service on Express and SQLite, in a process of its own: it answers refreshes over HTTP, and times their parts when its parent asks.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { createAuth } from '@tokenpair/core';
import { expressAuth } from '@tokenpair/express';
import { sqliteStore } from '@tokenpair/store-sqlite';
import express from 'express';
import type { EndpointAnswer, EndpointQuestion } from './endpoint-messages.ts';
import { CLIENT, createFleet, logIn, rotateIn } from './fleet.ts';

const IN_FLIGHT = 64;
const SESSIONS = 640;
const ISSUER = 'https://api.example.com';

const database = new DatabaseSync(String(process.argv[2]));
const store = sqliteStore(database);
const auth = createAuth({
  issuer: ISSUER,
  audience: ISSUER,
  keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
  store,
});
await auth.ready();

// As a refresh token is: signed by the same engine, with a claim or two more or less.
const message = auth.kind('bench', { ttl: '1d', audience: ISSUER, singleUse: false });
const fleet = createFleet(SESSIONS);
await logIn(store, fleet);
const issue = async (n: number): Promise<string> =>
  (await auth.sessions.issue({ subject: `user-${n}` }, CLIENT)).refresh ?? '';
const own = await Promise.all(Array.from({ length: SESSIONS }, (_, n) => issue(n)));
const signed = await message.issue({ subject: 'user-1' });
const rotate = rotateIn(store, fleet);

const PARTS: Readonly<Record<string, (session: number) => Promise<unknown>>> = {
  'sign an access and a refresh token': async () => {
    await message.issue({ subject: 'user-1' });
    await message.issue({ subject: 'user-1' });
  },
  'verify a refresh token': () => message.peek(signed),
  'advance in the store': rotate,
  'auth.refresh': async (session) => {
    own[session] = (await auth.refresh(own[session] ?? '', CLIENT)).refresh ?? '';
  },
};

const app = express().disable('x-powered-by').disable('etag');
app.use('/api/token', expressAuth(auth).routes());
app.post('/bare', async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { refresh } = JSON.parse(Buffer.concat(chunks).toString()) as { refresh: string };
  const body = JSON.stringify({ access: refresh, expiresIn: 300, refresh, refreshExpiresIn: 86_400 });
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
});
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');

process.on('message', (question) => void answer(question as EndpointQuestion).then(send));
send({ port: (server.address() as AddressInfo).port });

async function answer(question: EndpointQuestion): Promise<EndpointAnswer> {
  if (question.kind === 'tokens')
    return { tokens: await Promise.all(Array.from({ length: question.count }, (_, n) => issue(n))) };
  if (question.kind === 'busy') return { busyMs: performance.eventLoopUtilization().active };
  return { microseconds: await timeOf(PARTS[question.part] ?? rotate, question.ms) };
}

/** Of one call, with {@link IN_FLIGHT} of them on their way. */
async function timeOf(part: (session: number) => Promise<unknown>, ms: number): Promise<number> {
  const start = performance.now();
  let done = 0;
  const caller = async (first: number): Promise<void> => {
    for (let session = first; performance.now() < start + ms; session = (session + IN_FLIGHT) % SESSIONS) {
      await part(session);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, n) => caller(n)));
  return ((performance.now() - start) * 1_000) / done;
}

function send(message: EndpointAnswer): void {
  process.send?.(message);
}
