import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Auth, type AuthOptions, createAuth, type TokenRoutes } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import { memoryStore } from '@tokenpair/core/memory';
import { fromNodeRequest } from '@tokenpair/core/node';
import { onTestFinished } from 'vitest';
import { hooksOf, type TestUser } from '../support/auth.ts';
import { keyFor } from '../support/keys.ts';
import { CLIENTS } from './support.ts';

export const AUDIENCE = 'https://api.test';

export interface OAuth2Server {
  readonly url: string;
  readonly auth: Auth;
  readonly users: Map<string, TestUser>;
}

/** A service of the OAuth 2 wire on a free port of this machine, on the clock of this machine; its issuer is where it listens. */
export async function startServer(options: Partial<AuthOptions> = {}, path = ''): Promise<OAuth2Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const users = new Map([['ada', { active: true, epoch: 'e0', scope: 'read write' }]]);
  const auth = createAuth({
    issuer: origin + path,
    audience: AUDIENCE,
    keys: keyFor('ES256'),
    store: memoryStore(),
    wire: 'oauth2',
    authenticateClient: basicClients(CLIENTS),
    publicClients: ['spa'],
    ...hooksOf(users),
    ...options,
  });
  const prefix = `${path}/api/token`;
  const wellKnown = auth.metadataRoutes({ prefix });
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    const below = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
    void (below === undefined
      ? answer(wellKnown, pathname, request, response)
      : answer(auth.handle, below, request, response));
  });
  return { url: origin + path, auth, users };
}

async function answer(
  routes: TokenRoutes,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const ip = request.socket.remoteAddress;
  const found = await routes(fromNodeRequest(request, { path, ip, parsed: undefined }));
  if (found === undefined) return void response.writeHead(404).end();
  response.writeHead(found.status, found.headers.flat()).end(found.body);
}
