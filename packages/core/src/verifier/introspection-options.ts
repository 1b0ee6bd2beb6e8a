import { assertBoolean, assertFunction, assertInteger, assertOptions, assertText } from '../config/check.ts';
import type { RemoteResponse } from '../remote/fetch-json.ts';
import { toRemoteUrl } from '../remote/remote-url.ts';

/** What is asked of `fetch`; the global one fits. */
export type IntrospectionFetch = (url: string, init: IntrospectionRequestInit) => Promise<RemoteResponse>;

export interface IntrospectionRequestInit {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** The issuer's introspection endpoint (RFC 7662), for a service that cannot reach the issuer's store. */
export interface IntrospectionOptions {
  /** Where the issuer is asked: an https URL without user, password and fragment. At Tokenpair `/introspect` below the token prefix. */
  readonly url: string;
  /**
   * Takes an http URL too.
   *
   * > [!WARNING]
   * > Whoever is between this service and the issuer then sees the tokens and the secret, and can bring revoked tokens back. For tests and loopback only.
   *
   * @default false
   */
  readonly allowHttp?: boolean;
  /** What this service is known by at the issuer; sent by HTTP Basic, form-encoded (RFC 6749 §2.3.1). */
  readonly client: { readonly id: string; readonly secret: string };
  /**
   * How old an answer may be that a request is judged by, in ms, 0 to 60,000: so long after a logout a token may still be taken. 0 asks at every
   * request. No answer is held beyond the token's `exp`.
   *
   * @default 5000
   */
  readonly cacheMs?: number;
  /** Most answers held of each kind, good and revoked, 1 to 1,000,000; some 200 bytes each. @default 10000 */
  readonly cacheEntries?: number;
  /** How long an answer may take, headers and body, in ms, 10 to 60,000. @default 2000 */
  readonly timeoutMs?: number;
  /** Sends the question, for a proxy or a CA of your own. Must obey `redirect: 'manual'` and `signal`. @default globalThis.fetch */
  readonly fetch?: IntrospectionFetch;
}

/** {@link IntrospectionOptions} after validation. */
export interface ResolvedIntrospection {
  readonly url: string;
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  readonly cacheMs: number;
  readonly cacheEntries: number;
  readonly timeoutMs: number;
  readonly fetch: IntrospectionFetch;
}

const OPTION_NAMES: readonly (keyof IntrospectionOptions)[] = Object.freeze([
  'url',
  'allowHttp',
  'client',
  'cacheMs',
  'cacheEntries',
  'timeoutMs',
  'fetch',
]);

/** @throws TypeError naming the option */
export function resolveIntrospection(options: IntrospectionOptions, name: string): ResolvedIntrospection {
  assertOptions(options, name, OPTION_NAMES);
  const { url, client, allowHttp = false, fetch = globalThis.fetch } = options;
  const { cacheMs = 5_000, cacheEntries = 10_000, timeoutMs = 2_000 } = options;
  assertBoolean(allowHttp, `${name}.allowHttp`);
  assertOptions(client, `${name}.client`, ['id', 'secret']);
  assertText(client.id, `${name}.client.id`);
  assertText(client.secret, `${name}.client.secret`);
  assertInteger(cacheMs, `${name}.cacheMs`, 0, 60_000);
  assertInteger(cacheEntries, `${name}.cacheEntries`, 1, 1_000_000);
  assertInteger(timeoutMs, `${name}.timeoutMs`, 10, 60_000);
  assertFunction(fetch, `${name}.fetch`);
  return Object.freeze({
    url: toRemoteUrl(url, `${name}.url`, allowHttp),
    authorization: `Basic ${btoa(`${formEncode(client.id)}:${formEncode(client.secret)}`)}`,
    cacheMs,
    cacheEntries,
    timeoutMs,
    fetch,
  });
}

/** As RFC 6749 appendix B has it; ASCII whatever goes in. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
