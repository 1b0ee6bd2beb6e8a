import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Auth,
  type AuthAnswer,
  type AuthError,
  type AuthRequest,
  GUARDED_HEADERS,
  type GuardOptions,
  type HeaderLine,
} from '@tokenpair/core';
import { fromNodeRequest } from '@tokenpair/core/node';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';

/** What an adapter may get wrong; each on purpose, to see the contract find it. */
export interface Faults {
  /** Reads headers the way Node hides a second one. */
  readonly hidesSecondHeader?: boolean;
  readonly forgetsGuardedHeaders?: boolean;
  readonly forgetsVaryOfRefusals?: boolean;
  readonly losesForwardedHeaders?: boolean;
  readonly keepsPrefix?: boolean;
  readonly indentsBodies?: boolean;
  readonly answersEverything200?: boolean;
  readonly takesFailureForAnonymous?: boolean;
  readonly ignoresScope?: boolean;
  readonly addsCookie?: boolean;
  /** Sets the lines of one header each over the last, as a map of headers does. */
  readonly overwritesHeaders?: boolean;
  /** What it says for a path that it does not have. @default 404 */
  readonly missing?: AuthAnswer;
  /** Changes a request on its way to core. */
  readonly request?: (request: AuthRequest) => AuthRequest;
  /** Changes an answer of core, or of a guarded handler, on its way to the client. */
  readonly answer?: (answer: AuthAnswer, request: AuthRequest) => AuthAnswer;
}

/** The smallest adapter there can be, on node:http alone. */
export async function startPlain(
  auth: Auth,
  { errors }: HttpServerOptions,
  faults: Faults = {},
): Promise<HttpServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const isToken = pathname === '/api/token' || pathname.startsWith('/api/token/');
    const path = isToken && !faults.keepsPrefix ? pathname.slice('/api/token'.length) || '/' : pathname;
    const given = fromNodeRequest(request, { path, ip: undefined, parsed: undefined });
    const asked = faults.request?.(given) ?? given;
    const found = (await (isToken ? auth.handle(asked) : guarded(request, asked))) ?? faults.missing;
    if (found === undefined) return void response.writeHead(404).end();
    const told = found.error !== undefined && errors === 'forward' ? forwarded(found.error) : found;
    write(response, faults.answer?.(told, asked) ?? told);
  };

  async function guarded(request: IncomingMessage, asked: AuthRequest): Promise<AuthAnswer | undefined> {
    const routes: Record<string, [GuardOptions, (subject: string | undefined) => object]> = {
      '/hello': [{}, () => ({ message: 'Hello, World!' })],
      '/optional': [{ optional: true }, (subject) => ({ subject: subject ?? null })],
      '/admin': [faults.ignoresScope ? {} : { scope: 'admin' }, () => ({ message: 'Hello, admin!' })],
    };
    const route = routes[asked.path];
    if (route === undefined) return undefined;
    const rawHeaders = faults.hidesSecondHeader
      ? Object.entries(request.headers).flat().map(String)
      : asked.rawHeaders;
    const outcome = await auth.guard(route[0])({ method: asked.method, rawHeaders });
    const isAway = !outcome.passed && outcome.error.status === 503;
    if (!outcome.passed && !(faults.takesFailureForAnonymous && isAway)) return outcome.answer;
    const body = route[1](outcome.passed ? outcome.auth?.subject : undefined);
    const lines = faults.forgetsGuardedHeaders ? [] : GUARDED_HEADERS;
    return { status: 200, headers: [JSON_TYPE, ...lines], body: JSON.stringify(body) };
  }

  function forwarded(error: AuthError): AuthAnswer {
    const lines = Object.entries(error.headers).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value] as const),
    );
    return {
      status: error.status,
      headers: [JSON_TYPE, ...(faults.losesForwardedHeaders ? [] : lines)],
      body: JSON.stringify(error),
    };
  }

  function write(response: ServerResponse, { status, headers, body, error }: AuthAnswer): void {
    response.statusCode = faults.answersEverything200 ? 200 : status;
    for (const [name, value] of headers)
      if (!(faults.forgetsVaryOfRefusals && name === 'vary' && status >= 400))
        if (faults.overwritesHeaders) response.setHeader(name, value);
        else response.appendHeader(name, value);
    if (faults.addsCookie && error === undefined) response.setHeader('set-cookie', 'x=1');
    response.end(
      faults.indentsBodies && body !== undefined ? JSON.stringify(JSON.parse(body), undefined, 2) : body,
    );
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const JSON_TYPE: HeaderLine = ['content-type', 'application/json; charset=utf-8'];
