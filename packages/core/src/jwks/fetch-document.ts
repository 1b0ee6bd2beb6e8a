import type { JsonObject } from '../json.ts';
import { fetchJson, type RemoteResponse, UNCOMPRESSED } from '../remote/fetch-json.ts';
import { type FreshnessBounds, freshFor } from './freshness.ts';
import { KeySetError } from './key-set-error.ts';

/** What is asked of `fetch`; the global one fits. */
export type JwksFetch = (url: string, init: JwksRequestInit) => Promise<RemoteResponse>;

export interface JwksRequestInit {
  readonly headers: Record<string, string>;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
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

const HEADERS = { accept: 'application/jwk-set+json, application/json', ...UNCOMPRESSED };

/** Gets the document, within its limits of time and size. @throws KeySetError, DeadlineError and what `fetch` throws */
export async function fetchDocument(rules: DocumentRules): Promise<FetchedDocument> {
  const { fetch, url, timeoutMs, maxBytes } = rules;
  const { document, headers } = await fetchJson({
    send: (signal) => fetch(url, { headers: { ...HEADERS }, redirect: 'manual', signal }),
    timeoutMs,
    maxBytes,
    refuse: (fault) => new KeySetError(fault),
  });
  return { document, freshMs: freshFor(headers, rules) };
}
