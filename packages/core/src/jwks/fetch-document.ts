import { withDeadline } from '../backends/deadline.ts';
import type { JsonObject } from '../json.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import { type FreshnessBounds, freshFor } from './freshness.ts';
import { KeySetError } from './key-set-error.ts';
import { readBody } from './read-body.ts';

/** What is asked of `fetch`; the global one fits. */
export type JwksFetch = (url: string, init: JwksRequestInit) => Promise<JwksResponse>;

export interface JwksRequestInit {
  readonly headers: Record<string, string>;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** What is looked at of a `Response`. */
export interface JwksResponse {
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface DocumentRules extends FreshnessBounds {
  readonly url: string;
  readonly fetch: JwksFetch;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** A document of the right kind, its content still to be judged. */
export interface FetchedDocument {
  readonly document: JsonObject;
  readonly freshMs: number;
}

/** Identity: a compressed body would be a small one that grows here. */
const HEADERS = { accept: 'application/jwk-set+json, application/json', 'accept-encoding': 'identity' };

const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json[ \t]*(?:;|$)/i;

/** Gets the document, within its limits of time and size. @throws KeySetError, DeadlineError and what `fetch` throws */
export async function fetchDocument(rules: DocumentRules): Promise<FetchedDocument> {
  const controller = new AbortController();
  try {
    return await withDeadline(() => load(rules, controller.signal), rules.timeoutMs);
  } finally {
    // Whatever is left of the answer is not read: the connection closes, also that of a fetch that is late.
    controller.abort();
  }
}

async function load(rules: DocumentRules, signal: AbortSignal): Promise<FetchedDocument> {
  const { fetch, url, maxBytes } = rules;
  const response = await fetch(url, { headers: { ...HEADERS }, redirect: 'manual', signal });
  const { headers } = response;
  if (response.status !== 200 || response.redirected) throw new KeySetError('status');
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) throw new KeySetError('media_type');
  if (Number(headers.get('content-length') ?? 0) >= maxBytes) throw new KeySetError('too_large');
  const bytes = await readBody(response.body, maxBytes, signal);
  return { document: parseDocument(bytes), freshMs: freshFor(headers, rules) };
}

function parseDocument(bytes: Uint8Array): JsonObject {
  const text = decode(bytes);
  const document = text === undefined ? undefined : parseStrictObject(text);
  if (document === undefined) throw new KeySetError('not_json');
  return document;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
