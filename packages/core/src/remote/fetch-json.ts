/**
 * What this service asks of another one over HTTP: an answer of 200 and one JSON object, within limits of time and size,
 * and nothing else. Redirects are not followed.
 *
 * @module
 */
import { withDeadline } from '../backends/deadline.ts';
import type { JsonObject } from '../json.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import type { FaultError } from './answer-fault.ts';
import { readBody } from './read-body.ts';

/** What is looked at of a `Response`. */
export interface RemoteResponse {
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface JsonExchange {
  /** Must not follow redirects, and must end with the signal. */
  readonly send: (signal: AbortSignal) => Promise<RemoteResponse>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly refuse: FaultError;
}

/** An answer of the right kind, its content still to be judged. */
export interface JsonAnswer {
  readonly document: JsonObject;
  readonly headers: RemoteResponse['headers'];
}

/** Identity: a compressed body would be a small one that grows here. */
export const UNCOMPRESSED: { readonly 'accept-encoding': 'identity' } = Object.freeze({
  'accept-encoding': 'identity',
});

const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json[ \t]*(?:;|$)/i;

/** @throws what `refuse` makes of an answer that is not to be used, DeadlineError, and what `send` throws */
export async function fetchJson(exchange: JsonExchange): Promise<JsonAnswer> {
  const controller = new AbortController();
  try {
    return await withDeadline(() => load(exchange, controller.signal), exchange.timeoutMs);
  } finally {
    // Whatever is left of the answer is not read: the connection closes, also that of an answer that is late.
    controller.abort();
  }
}

async function load({ send, maxBytes, refuse }: JsonExchange, signal: AbortSignal): Promise<JsonAnswer> {
  const { body, headers, redirected, status } = await send(signal);
  if (status !== 200 || redirected) throw refuse('status', status);
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) throw refuse('media_type', status);
  if (Number(headers.get('content-length') ?? 0) >= maxBytes) throw refuse('too_large', status);
  const bytes = await readBody(body, maxBytes, signal);
  if (bytes === undefined) throw refuse('too_large', status);
  const document = parseObject(bytes);
  if (document === undefined) throw refuse('not_json', status);
  return { document, headers };
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    return parseStrictObject(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
