import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

/** On a free port of the loopback. */
export async function serve(listener: RequestListener): Promise<Serving> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  /** Name, value, name, value: a name may come twice. */
  readonly headers?: readonly string[];
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  /** The value of a header. */
  readonly headers: IncomingMessage['headers'];
  /** The body as JSON, or as text where it is none. */
  readonly body: unknown;
}

/** By node:http, since fetch joins headers of one name. */
export async function ask(url: string, { method, path, headers = [], body }: Asked): Promise<Answer> {
  const content = body && JSON.stringify(body);
  const lines = content === undefined ? [] : linesOf(content);
  const asking = request(new URL(path, url), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: ['Host', new URL(url).host, 'Connection', 'close', ...headers, ...lines],
  });
  asking.end(content);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return {
    status: Number(response.statusCode),
    headers: response.headers,
    body: parsed(await text(response)),
  };
}

function linesOf(content: string): readonly string[] {
  return ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(content))];
}

/** Status, and the code where the body has one: how the pages write an answer. */
export function inWords({ status, body }: Answer): string {
  const { code } = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown };
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
