import { CsrfFailedError } from '../errors/errors.ts';
import { equalInConstantTime } from '../http/constant-time.ts';
import { headerValue, isRepeated } from '../http/headers.ts';

/** What an unsafe request shows of where it comes from. */
export interface OriginRules {
  /** Origins that may send unsafe requests with cookies. */
  readonly origins: ReadonlySet<string>;
  /** The csrf cookie of the request, if it came with one. */
  readonly csrfCookie: (rawHeaders: readonly string[]) => string | undefined;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

const PROOFS: readonly string[] = Object.freeze(['sec-fetch-site', 'origin', 'x-csrf-token']);

/** Whether a method may change something; an unknown one may. */
export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/** Holds a request to an `Origin` on the list, and takes nothing in its place. @throws CsrfFailedError */
export function assertListedOrigin(rawHeaders: readonly string[], origins: ReadonlySet<string>): void {
  const origin = headerValue(rawHeaders, 'origin');
  if (origin === undefined || isRepeated(rawHeaders, 'origin') || !origins.has(origin))
    throw new CsrfFailedError();
}

/**
 * Holds a request to its origin: `Sec-Fetch-Site: same-origin` passes; else a present `Origin` must be on the list, and one that
 * is not never falls through to the token; with neither header `X-CSRF-Token` must equal the csrf cookie. A request with one of the three
 * twice shows nothing, whatever they say.
 *
 * @throws CsrfFailedError
 */
export function assertOrigin(rawHeaders: readonly string[], { origins, csrfCookie }: OriginRules): void {
  if (PROOFS.some((name) => isRepeated(rawHeaders, name))) throw new CsrfFailedError();
  const site = headerValue(rawHeaders, 'sec-fetch-site');
  if (site === 'same-origin') return;
  if (headerValue(rawHeaders, 'origin') !== undefined || site !== undefined) {
    assertListedOrigin(rawHeaders, origins);
    return;
  }
  const token = headerValue(rawHeaders, 'x-csrf-token') ?? '';
  const cookie = csrfCookie(rawHeaders) ?? '';
  if (token === '' || cookie === '' || !equalInConstantTime(token, cookie)) throw new CsrfFailedError();
}
