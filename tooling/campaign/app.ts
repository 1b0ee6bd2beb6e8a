// The app that chaos and soak put under load: node:http, an auth, a store, one guarded route. Its orders come as JSON on its command line.
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { type AuthAnswer, type AuthEvent, createAuth } from '@tokenpair/core';
import { fromNodeRequest } from '@tokenpair/core/node';
import { type AppOrders, type AppStatistics, PASSWORD } from './app-orders.ts';
import { openStore } from './open-store.ts';
import { withRacyAdvance } from './sabotage.ts';

const EPOCH = 'e0';
const PREFIX = '/api/token';

const orders = JSON.parse(process.argv[2] ?? '') as AppOrders;
const { clockSpeed = 1 } = orders;
const startedAt = Date.now();
const clock = (): number => startedAt + Math.floor((Date.now() - startedAt) * clockSpeed);
const opened = await openStore(orders.storeUrl, orders.store);
const store = orders.sabotage === true ? withRacyAdvance(opened.store) : opened.store;
const auth = createAuth({
  issuer: 'https://campaign.test',
  audience: 'https://campaign.test',
  keys: { alg: 'HS256', secret: Buffer.from(orders.secret, 'base64url'), kid: 'campaign' },
  store,
  login: ({ username = '', password }) =>
    password === PASSWORD ? { subject: username, epoch: EPOCH } : undefined,
  resolve: () => ({ active: true, epoch: EPOCH }),
  refresh: orders.grace === undefined ? {} : { grace: orders.grace },
  ...(orders.leeway === undefined ? {} : { leeway: orders.leeway }),
  ...(orders.sessionTtl === undefined ? {} : { session: { ttl: orders.sessionTtl } }),
  ...(orders.storeTimeoutMs === undefined ? {} : { storeTimeoutMs: orders.storeTimeoutMs }),
  clock,
});

if (orders.eventFile !== undefined) logEvents(orders.eventFile);
if (orders.pruneEveryMs !== undefined)
  setInterval(() => void auth.prune(100_000).catch(() => {}), orders.pruneEveryMs);

function logEvents(file: string): void {
  const descriptor = openSync(file, 'a');
  const names = new Set<AuthEvent['name']>([
    'session.refreshed',
    'session.recovered',
    'refresh.replayed',
    'refresh.replayed_after_outage',
    'refresh.reused',
  ]);
  auth.events.on('*', (event) => {
    if (!names.has(event.name) || !('session' in event)) return;
    const { name, session } = event;
    const generation = 'generation' in event ? event.generation : undefined;
    writeSync(descriptor, `${JSON.stringify({ name, session, generation })}\n`);
  });
  process.on('exit', () => closeSync(descriptor));
}

const guard = auth.guard();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://app.test');
  if (pathname === '/stats') return void response.end(JSON.stringify(await statistics()));
  if (pathname === '/me') return answerMe(request, response);
  const path = pathname.startsWith(PREFIX) ? pathname.slice(PREFIX.length) || '/' : undefined;
  if (path === undefined) return void response.writeHead(404).end();
  const ip = request.socket.remoteAddress;
  write(response, await auth.handle(fromNodeRequest(request, { path, ip, parsed: undefined })));
}

async function answerMe(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const outcome = await guard({ method: 'GET', rawHeaders: request.rawHeaders });
  if (!outcome.passed) return write(response, outcome.answer);
  response.end(JSON.stringify({ session: outcome.auth?.session }));
}

function write(response: ServerResponse, given: AuthAnswer | undefined): void {
  const { status, headers, body } = given ?? { status: 404, headers: [], body: undefined };
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.writeHead(status).end(body);
}

async function statistics(): Promise<AppStatistics> {
  const { rss, heapUsed } = process.memoryUsage();
  const descriptors = readdirSync('/proc/self/fd').length;
  const handles = process.getActiveResourcesInfo().length;
  return { rss, heapUsed, descriptors, handles, records: await opened.count() };
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`the app failed: ${(error as Error).stack}\n`);
    response.writeHead(500).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(orders.port, '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit(0));
