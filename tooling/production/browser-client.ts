/**
 * A client as a browser is one, without a page: it keeps cookies, says where its requests come from, and keeps its connection.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { Stack } from './stack.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member, in assertions
  readonly body: any;
}

export interface SendOptions {
  readonly method?: string;
  readonly body?: object;
  readonly headers?: OutgoingHttpHeaders;
  /** Ends the request before its answer. */
  readonly signal?: AbortSignal;
}

export interface BrowserClient {
  /** By name; what the server has set. */
  readonly cookies: Map<string, string>;
  /** Rejects when there is no whole answer. */
  send(path: string, options?: SendOptions): Promise<Answer>;
  logIn(username: string, password: string): Promise<Answer>;
  refresh(signal?: AbortSignal): Promise<Answer>;
  hello(): Promise<Answer>;
  logOut(): Promise<Answer>;
  /** Another one with the same cookies as of now: a second tab, or a thief. */
  copy(): BrowserClient;
  close(): void;
}

const PATIENCE_MS = 30_000;

export function browserClient(
  stack: Pick<Stack, 'certificate' | 'origin'>,
  cookies: Map<string, string> = new Map(),
): BrowserClient {
  const { origin } = stack;
  const agent = new Agent({ ca: readFileSync(stack.certificate), keepAlive: true });

  function send(path: string, { body, headers, method = 'GET', signal }: SendOptions = {}): Promise<Answer> {
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, origin),
        {
          agent,
          method,
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
          headers: {
            ...(cookies.size === 0 ? {} : { cookie: cookieLine(cookies) }),
            ...(method === 'GET' ? {} : { origin }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
          });
          response.on('error', reject);
          response.on('end', () => {
            if (!response.complete) return reject(new Error('half an answer'));
            keepCookies(cookies, response.headers['set-cookie'] ?? []);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parse(text) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  return {
    cookies,
    send,
    logIn: (username, password) => send('/api/token/', { method: 'POST', body: { username, password } }),
    refresh: (signal) =>
      send('/api/token/refresh', { method: 'POST', ...(signal === undefined ? {} : { signal }) }),
    hello: () => send('/api/hello'),
    logOut: () => send('/api/token/logout', { method: 'POST' }),
    copy: () => browserClient(stack, new Map(cookies)),
    close: () => agent.destroy(),
  };
}

function cookieLine(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function keepCookies(cookies: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split('; ');
    const mark = pair.indexOf('=');
    const name = pair.slice(0, mark);
    if (attributes.includes('Max-Age=0')) cookies.delete(name);
    else cookies.set(name, pair.slice(mark + 1));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
