import type { AuthOptions } from '@tokenpair/core';
import type { ExpectedAnswer } from './http-contract-answers.ts';
import type { CookieRole, SessionCookies } from './http-contract-world.ts';

type Line = readonly [name: string, value: string];

/** The origin of an app that may send requests with cookies, beside that of the issuer. */
export const APP = 'https://app.test';

/** An auth with cookie transport under the prefix of the contract. */
export const COOKIE_OPTIONS: Readonly<Pick<AuthOptions, 'transport' | 'cookie' | 'csrf'>> = {
  transport: 'cookie',
  cookie: { path: '/api/token' },
  csrf: { origins: [APP] },
};

/** What shows that a request comes from a page of the app itself. */
export const SAME_ORIGIN: readonly [name: string, value: string] = ['Sec-Fetch-Site', 'same-origin'];

const ROLES: readonly CookieRole[] = ['access', 'refresh', 'csrf'];

/** The `Cookie` line of a session; only of the cookies named, where some are. */
export function cookieLine(cookies: SessionCookies, ...roles: readonly CookieRole[]): Line {
  const sent = roles.length === 0 ? ROLES : roles;
  return ['Cookie', sent.map((role) => cookies[role]).join('; ')];
}

/** The lines beginning with these names and ending in these attributes: of a login, a refresh and what ends them. */
export interface CookieLines {
  /** Three cookies with a pair. */
  readonly set: readonly RegExp[];
  /** The one of the access token. */
  readonly setAccess: RegExp;
  /** Three cookies that end those. */
  readonly cleared: readonly string[];
}

interface CookieShape {
  readonly names: Readonly<Record<CookieRole, string>>;
  readonly refreshPath: string;
  readonly secure: boolean;
}

const JWT = String.raw`[\w-]+\.[\w-]+\.[\w-]+`;
const MAC = '[A-Za-z0-9_-]{43}';

/** The `Set-Cookie` lines of an auth, to the byte but for the values. */
export function linesOf({ names, refreshPath, secure }: CookieShape): CookieLines {
  const end = `${secure ? '; Secure' : ''}; SameSite=Lax`;
  const scopes = {
    access: 'Path=/; HttpOnly',
    refresh: `Path=${refreshPath}; HttpOnly`,
    csrf: 'Path=/',
  };
  const set = (role: CookieRole, value: string, maxAge: number): RegExp =>
    new RegExp(`^${names[role]}=${value}; ${scopes[role]}; Max-Age=${maxAge}${end}$`);
  const setAccess = set('access', JWT, 300);
  return {
    set: [setAccess, set('refresh', JWT, 86_400), set('csrf', MAC, 86_400)],
    setAccess,
    cleared: ROLES.map((role) => `${names[role]}=; ${scopes[role]}; Max-Age=0${end}`),
  };
}

/** Those of {@link COOKIE_OPTIONS}. */
export const LINES: CookieLines = linesOf({
  names: { access: '__Host-access', refresh: '__Secure-refresh', csrf: '__Host-csrf' },
  refreshPath: '/api/token',
  secure: true,
});

/** An answer that sets or clears cookies. */
export function withCookies(
  answer: ExpectedAnswer,
  lines: string | RegExp | readonly (string | RegExp)[],
): ExpectedAnswer {
  return { ...answer, headers: { ...answer.headers, 'set-cookie': lines } };
}

/** What a pair in cookies leaves for the body. */
export const PAIR_BODY: object = { token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 };
