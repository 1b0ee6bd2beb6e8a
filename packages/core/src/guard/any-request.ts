import { invalidType } from '../config/check.ts';
import { rawHeadersOf } from '../fetch/from-fetch-request.ts';
import type { CredentialRequest } from '../http/messages.ts';

/** Header lines as a framework has them: `Headers`, or an object of values by their names. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Anything that came with headers: Node's request, a `Request`, a socket's handshake. */
export interface AnyRequest {
  /** @default 'GET' */
  readonly method?: string | undefined;
  /** The request target or the whole URL; needed for a token in the query alone. */
  readonly url?: string | undefined;
  /** Name, value, name, value … as they came. Better than `headers`, which it goes before: Node hides a second `Authorization` there. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly headers?: HeadersLike | undefined;
}

/** @throws TypeError for a request with neither form of headers */
export function toCredentialRequest(request: AnyRequest): CredentialRequest {
  const { method = 'GET', headers, rawHeaders, url } = request;
  if (Array.isArray(rawHeaders)) return { method, url, rawHeaders };
  if (typeof headers !== 'object' || headers === null)
    throw invalidType('request must have rawHeaders, or headers');
  return { method, url, rawHeaders: isHeaders(headers) ? rawHeadersOf(headers) : linesOf(headers) };
}

/** By its shape: there may be another class of that name. */
function isHeaders(headers: HeadersLike): headers is Headers {
  return typeof headers.get === 'function' && Symbol.iterator in headers;
}

function linesOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): readonly string[] {
  return Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().flatMap((each) => [name, each]),
  );
}
