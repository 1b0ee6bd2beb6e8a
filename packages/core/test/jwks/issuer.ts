import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Jwk } from '@tokenpair/core';
import { onTestFinished } from 'vitest';
import type { JwksFetch } from '../../src/jwks/fetch-document.ts';
import { createJwksClient, type JwksClient } from '../../src/jwks/jwks-client.ts';
import type { JwksOptions } from '../../src/jwks/jwks-options.ts';
import { createClock, type TestClock } from '../support/clock.ts';
import { jwkOf, pairs } from '../support/keys.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An issuer on a real socket: counts the requests and answers as it is told. */
export interface Issuer {
  readonly url: string;
  requests: number;
  answer: Answer;
  publish(keys: readonly unknown[], headers?: Record<string, string>): void;
  fail(status?: number): void;
}

export async function startIssuer(keys: readonly unknown[] = [ecKey('k1')]): Promise<Issuer> {
  const server = createServer((request, response) => {
    issuer.requests += 1;
    issuer.answer(response, request);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    requests: 0,
    answer: () => {},
    publish(published, headers) {
      issuer.answer = (response) => sendJson(response, JSON.stringify({ keys: published }), headers);
    },
    fail(status = 500) {
      issuer.answer = (response) => void response.writeHead(status).end();
    },
  };
  issuer.publish(keys);
  return issuer;
}

export function sendJson(
  response: ServerResponse,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}

/** A published P-256 key; another name is another key. */
export function ecKey(kid: string | undefined, name = 'a', more: Jwk = {}): Jwk {
  return { ...jwkOf(pairs.ec('P-256', name).publicKey), ...(kid === undefined ? {} : { kid }), ...more };
}

export interface TestClient {
  readonly client: JwksClient;
  readonly clock: TestClock;
  /** Waits until no fetch is under way. */
  idle(): Promise<void>;
  /** The fetches so far and the most there were at once; bytes of body that the client took. */
  readonly seen: { fetches: number; running: number; most: number; bytes: number };
}

/** A client of an issuer, on a clock that stands still, whose fetches are counted. */
export function clientOf(issuer: Pick<Issuer, 'url'>, options: Partial<JwksOptions> = {}): TestClient {
  const clock = createClock();
  const seen = { fetches: 0, running: 0, most: 0, bytes: 0 };
  const count: JwksFetch = async (url, init) => {
    seen.fetches += 1;
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    // The client aborts whatever is left when it has done with an answer.
    init.signal.addEventListener('abort', () => {
      seen.running -= 1;
    });
    const response = await fetch(url, init);
    if (response.body !== null) countBytes(response.body, seen);
    return response;
  };
  const client = createJwksClient({
    url: issuer.url,
    allowHttp: true,
    algorithms: ['ES256'],
    clock,
    random: () => 0,
    fetch: count,
    ...options,
  });
  return {
    client,
    clock,
    seen,
    async idle() {
      do await sleep(1);
      while (seen.running > 0);
    },
  };
}

/** Counts what a reader is given, in whichever mode it reads. */
function countBytes(body: ReadableStream, seen: { bytes: number }): void {
  const open = body.getReader.bind(body) as (options?: object) => {
    read: (view?: Uint8Array) => Promise<ReadResult>;
  };
  Object.assign(body, {
    getReader(options?: object) {
      const reader = open(options);
      const read = reader.read.bind(reader);
      reader.read = async (view) => {
        const result = await read(view);
        seen.bytes += result.value?.byteLength ?? 0;
        return result;
      };
      return reader;
    },
  });
}

interface ReadResult {
  readonly done: boolean;
  readonly value?: Uint8Array;
}

/** A condition that comes true by itself. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1_000) throw new Error('waited in vain');
    await sleep(1);
  }
}

export const K1 = { kid: 'k1', alg: 'ES256' } as const;

/** Another kid than any other. */
export function unknownKid(index: number): { kid: string; alg: string } {
  return { kid: `unknown-${index}`, alg: 'ES256' };
}
