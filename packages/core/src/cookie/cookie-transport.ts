/**
 * Tokens in cookies that no script can read, and the proof that a request with them comes from the app's own pages.
 *
 * @see draft-ietf-httpbis-rfc6265bis (cookie name prefixes), OWASP CSRF Prevention Cheat Sheet (signed double submit)
 * @module
 */
import type { ResolvedCookieOptions } from '../config/cookie-options.ts';
import { BadAuthorizationHeaderError, CsrfFailedError } from '../errors/errors.ts';
import { equalInConstantTime } from '../http/constant-time.ts';
import type { HeaderLine } from '../http/messages.ts';
import type { TokenPair } from '../session/token-pair.ts';
import { assertListedOrigin, assertOrigin } from './origin.ts';
import { cookieValues } from './parse-cookies.ts';

export interface CookieTransport {
  /** The access token's cookie. @throws BadAuthorizationHeaderError when there are two */
  readAccess(rawHeaders: readonly string[]): string | undefined;
  /** The refresh token's cookie. @throws BadAuthorizationHeaderError when there are two */
  readRefresh(rawHeaders: readonly string[]): string | undefined;
  /** Holds an unsafe request to its origin. @throws CsrfFailedError */
  assertOrigin(rawHeaders: readonly string[]): void;
  /** Holds a request for a WebSocket to an `Origin` on the list: no page can add a header to one. @throws CsrfFailedError */
  assertListedOrigin(rawHeaders: readonly string[]): void;
  /** A refresh cookie counts only beside the csrf cookie of its session, so that a tossed one does not. @throws CsrfFailedError */
  assertBelongs(rawHeaders: readonly string[], session: string): Promise<void>;
  /** The lines that set the cookies of a pair. */
  set(pair: TokenPair): Promise<readonly HeaderLine[]>;
  /** The lines that clear them all. */
  readonly clear: readonly HeaderLine[];
}

export function createCookieTransport(options: ResolvedCookieOptions): CookieTransport {
  const { names, origins, refreshPath, secure, macs } = options;

  function line(name: string, value: string, maxAge: number, attributes: string): HeaderLine {
    const parts = [
      `${name}=${value}`,
      attributes,
      `Max-Age=${maxAge}`,
      ...(secure ? ['Secure'] : []),
      'SameSite=Lax',
    ];
    return ['set-cookie', parts.join('; ')];
  }

  const access = (value: string, maxAge: number): HeaderLine =>
    line(names.access, value, maxAge, 'Path=/; HttpOnly');
  const refresh = (value: string, maxAge: number): HeaderLine =>
    line(names.refresh, value, maxAge, `Path=${refreshPath}; HttpOnly`);
  const csrf = (value: string, maxAge: number): HeaderLine => line(names.csrf, value, maxAge, 'Path=/');

  return Object.freeze({
    readAccess: (rawHeaders) => one(cookieValues(rawHeaders, names.access)),
    readRefresh: (rawHeaders) => one(cookieValues(rawHeaders, names.refresh)),
    assertOrigin: (rawHeaders) =>
      assertOrigin(rawHeaders, { origins, csrfCookie: (lines) => one(cookieValues(lines, names.csrf)) }),
    assertListedOrigin: (rawHeaders) => assertListedOrigin(rawHeaders, origins),
    async assertBelongs(rawHeaders, session) {
      const given = one(cookieValues(rawHeaders, names.csrf)) ?? '';
      const known = await Promise.all(macs().map((mac) => mac(session)));
      if (!known.some((each) => equalInConstantTime(given, each))) throw new CsrfFailedError();
    },
    async set({ access: token, expiresIn, refresh: renewal, refreshExpiresIn = 0, session }) {
      const [mac] = macs();
      if (renewal === undefined || mac === undefined) return [access(token, expiresIn)];
      const proof = csrf(await mac(session.id), refreshExpiresIn);
      return [access(token, expiresIn), refresh(renewal, refreshExpiresIn), proof];
    },
    clear: Object.freeze([access('', 0), refresh('', 0), csrf('', 0)]),
  } satisfies CookieTransport);
}

function one(values: readonly string[]): string | undefined {
  if (values.length > 1) throw new BadAuthorizationHeaderError();
  return values[0] === '' ? undefined : values[0];
}
