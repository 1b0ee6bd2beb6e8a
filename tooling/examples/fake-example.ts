import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningExample } from './running-example.ts';

const ACCESS = fakeToken('access');
const REFRESH = fakeToken('refresh');
const CREDENTIALS = '{"username":"vitor","password":"123"}';

/** What a fake service does otherwise than a good one. */
export interface Fault {
  /** Instead of the 401 that a good one gives to whatever it does not know. */
  readonly refuse?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Instead of nothing. */
  readonly log?: string;
  readonly running?: boolean;
  /** Forgets its pairs once this many requests have come. */
  readonly forgetsAfter?: number;
}

/** Knows one pair, and knows it wherever it stands; enough of a service to see what the malformed requests find wrong. */
export async function startFake({
  forgetsAfter = Infinity,
  log = '',
  refuse = no,
  running = true,
}: Fault): Promise<RunningExample> {
  let count = 0;
  const server = createServer(async (request, response) => {
    count++;
    const body = Buffer.concat(await request.toArray().catch(() => [])).toString();
    const { authorization, cookie } = request.headers;
    const isPair =
      authorization === `Bearer ${ACCESS}` ||
      body === JSON.stringify({ refresh: REFRESH }) ||
      cookie === PAIR_COOKIE;
    const isKnown =
      request.url === '/healthz' ||
      body === CREDENTIALS ||
      (isPair && request.headers['origin'] === undefined);
    if (isKnown && isPlain(request) && count <= forgetsAfter)
      answer(response, 200, { access: ACCESS, refresh: REFRESH });
    else refuse(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    framework: 'express',
    port: (server.address() as AddressInfo).port,
    printed: () => log.replace('ACCESS', ACCESS),
    logged: () => (log.startsWith('{') ? [JSON.parse(log)] : []),
    isRunning: () => running,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function answer(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Set-Cookie', [
    `access=${ACCESS}; Path=/`,
    `refresh=${REFRESH}; Path=/`,
    'csrf=proof; Path=/',
  ]);
  response.end(JSON.stringify(body));
}

const PAIR_COOKIE = `access=${ACCESS}; refresh=${REFRESH}; csrf=proof`;

function no(_request: IncomingMessage, response: ServerResponse): void {
  answer(response, 401, {});
}

/** As only the requests before and after are. */
function isPlain({ rawHeaders }: IncomingMessage): boolean {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return (
    new Set(names).size === names.length && !(names.includes('authorization') && names.includes('cookie'))
  );
}

function fakeToken(name: string): string {
  const part = (text: string): string => Buffer.from(text).toString('base64url');
  return [
    part('{"alg":"none"}'),
    part(JSON.stringify({ sid: 'x', name: name.repeat(10) })),
    part(name.repeat(9)),
  ].join('.');
}
