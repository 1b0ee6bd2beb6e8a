import { createMac } from '#engine';
import type { Mac } from '../engine/port.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { assertBoolean, assertOneOf, assertOptions, invalidType, invalidValue } from './check.ts';

/** Cookie transport: where the cookies go. */
export interface CookieOptions {
  /** The public path of the token endpoints, such as `'/api/token'`: the refresh cookie is sent there alone. */
  readonly path: string;
  /**
   * `'secure'`: `__Secure-refresh`, sent below `path` alone. `'host'`: `__Host-refresh`, sent everywhere, for sites whose
   * sub-domains are not trusted.
   *
   * @default 'secure'
   */
  readonly refreshPrefix?: 'secure' | 'host';
  /**
   * Drops `Secure` and the name prefixes, for plain http at localhost; refused where `issuer` is anything else.
   *
   * @default false
   */
  readonly development?: boolean;
}

/** Proof of origin of requests with cookies. */
export interface CsrfOptions {
  /**
   * Key of the csrf cookie, at least 32 bytes, or several: the first makes cookies, all of them know one. Required with asymmetric keys.
   *
   * @default derived from each secret of `keys`
   */
  readonly secret?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Origins besides that of `issuer` that may send unsafe requests, such as `'https://app.example.com'`. */
  readonly origins?: readonly string[];
}

/** {@link CookieOptions} and {@link CsrfOptions} after validation. */
export interface ResolvedCookieOptions {
  readonly names: { readonly access: string; readonly refresh: string; readonly csrf: string };
  readonly refreshPath: string;
  readonly secure: boolean;
  readonly origins: ReadonlySet<string>;
  /** The first makes csrf cookies, all of them know one; they follow the keys. */
  readonly macs: () => readonly Mac[];
}

export interface CookieSources {
  readonly issuer: string;
  readonly keys: KeyRing;
  readonly cookie: CookieOptions | undefined;
  readonly csrf: CsrfOptions | undefined;
}

const PURPOSE = 'tokenpair csrf cookie';
const DEVELOPMENT_NAMES = Object.freeze({ access: 'access', refresh: 'refresh', csrf: 'csrf' });

/** @throws TypeError naming the option */
export function resolveCookieOptions({
  issuer,
  keys,
  cookie,
  csrf = {},
}: CookieSources): ResolvedCookieOptions {
  if (cookie === undefined) throw invalidType('options.cookie is needed with cookie transport');
  assertOptions(cookie, 'options.cookie', ['path', 'refreshPrefix', 'development']);
  assertOptions(csrf, 'options.csrf', ['secret', 'origins']);
  const { path, refreshPrefix = 'secure', development = false } = cookie;
  const { origins = [] } = csrf;
  assertPath(path);
  assertOneOf(refreshPrefix, 'options.cookie.refreshPrefix', ['secure', 'host']);
  assertBoolean(development, 'options.cookie.development');
  if (development && !isLocal(issuer))
    throw invalidValue('options.cookie.development is for an issuer of http://localhost alone');
  const isHost = refreshPrefix === 'host';
  const names = {
    access: '__Host-access',
    refresh: isHost ? '__Host-refresh' : '__Secure-refresh',
    csrf: '__Host-csrf',
  };
  return Object.freeze({
    names: development ? DEVELOPMENT_NAMES : Object.freeze(names),
    refreshPath: isHost ? '/' : path,
    secure: !development,
    origins: resolveOrigins(issuer, origins),
    macs: resolveMacs(keys, csrf.secret),
  });
}

function assertPath(path: unknown): asserts path is string {
  if (typeof path !== 'string') throw invalidType('options.cookie.path must be a string');
  if (!/^\/[A-Za-z0-9._~!$&'()*+,=:@%/-]*$/.test(path))
    throw invalidValue('options.cookie.path must be a URL path');
}

function isLocal(issuer: string): boolean {
  return /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/.test(issuer);
}

function resolveOrigins(issuer: string, origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins)) throw invalidType('options.csrf.origins must be a list of origins');
  for (const origin of origins) {
    if (originOf(origin) !== origin)
      throw invalidValue("options.csrf.origins must hold origins such as 'https://app.example.com'");
  }
  const own = originOf(issuer);
  return new Set(own === undefined ? origins : [own, ...origins]);
}

/** The origin of a URL; `undefined` for what is none, or has none (`null` is nobody's). */
function originOf(url: unknown): string | undefined {
  const origin = typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : 'null';
  return origin === 'null' ? undefined : origin;
}

function resolveMacs(keys: KeyRing, secret: CsrfOptions['secret']): () => readonly Mac[] {
  if (secret !== undefined) {
    const secrets = Array.isArray(secret) ? secret : [secret];
    if (secrets.length === 0) throw invalidValue('options.csrf.secret must not be empty');
    const own = Object.freeze(secrets.map((each: unknown) => createMac(secretBytes(each), PURPOSE)));
    return () => own;
  }
  let macs: readonly Mac[] = [];
  keys.onChange(() => {
    macs = keys.keys.flatMap(({ deriveMac }) => (deriveMac === undefined ? [] : [deriveMac(PURPOSE)]));
    if (macs.length === 0) throw invalidValue('options.csrf.secret is needed with asymmetric keys');
  });
  return () => macs;
}

function secretBytes(secret: unknown): Uint8Array {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (!(bytes instanceof Uint8Array)) throw invalidType('options.csrf.secret must be a string or bytes');
  if (bytes.byteLength < 32) throw invalidValue('options.csrf.secret must have at least 32 bytes');
  return bytes;
}
