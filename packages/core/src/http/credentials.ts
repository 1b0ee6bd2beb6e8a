import type { ResolvedPlace } from '../config/token-places.ts';
import type { CookieTransport } from '../cookie/cookie-transport.ts';
import { isUnsafe } from '../cookie/origin.ts';
import { BadAuthorizationHeaderError } from '../errors/errors.ts';
import { readHeaderToken } from './header-token.ts';
import { headerValues } from './headers.ts';
import type { CredentialRequest } from './messages.ts';
import { readQueryToken } from './query-token.ts';

/**
 * The one credential of a request; `undefined` when there is none.
 *
 * @throws BadAuthorizationHeaderError for two, wherever they are, and for one that is malformed
 * @throws CsrfFailedError for a cookie on a request that does not show its origin where it has to
 */
export type CredentialReader = (request: CredentialRequest) => string | undefined;

/** Reads the places that are turned on; what is in others is not looked at. */
export function createCredentialReader(
  places: readonly ResolvedPlace[],
  cookies: CookieTransport | undefined,
): CredentialReader {
  function readPlace(place: ResolvedPlace, { rawHeaders, url }: CredentialRequest): string | undefined {
    if (place.kind === 'header') return readHeaderToken(rawHeaders, place);
    if (place.kind === 'query') return url === undefined ? undefined : readQueryToken(url, place.name);
    return cookies?.readAccess(rawHeaders);
  }

  return (request) => {
    let token: string | undefined;
    let kind: ResolvedPlace['kind'] | undefined;
    for (const place of places) {
      const found = readPlace(place, request);
      if (found === undefined) continue;
      if (token !== undefined) throw new BadAuthorizationHeaderError();
      token = found;
      kind = place.kind;
    }
    if (cookies !== undefined && kind === 'cookie') assertOwnPage(cookies, request);
    return token;
  };
}

/**
 * A browser sends a cookie by itself, also with a request that another site's page makes. So a request that may change something has to show its
 * origin; so has one for a WebSocket, which is a GET, is open to every site, and whose page then reads the answers.
 */
function assertOwnPage(cookies: CookieTransport, { method, rawHeaders }: CredentialRequest): void {
  if (asksForWebSocket(rawHeaders)) cookies.assertListedOrigin(rawHeaders);
  else if (isUnsafe(method)) cookies.assertOrigin(rawHeaders);
}

function asksForWebSocket(rawHeaders: readonly string[]): boolean {
  return headerValues(rawHeaders, 'upgrade').some((line) => /\bwebsocket\b/i.test(line));
}
