import { assertText, invalidType, invalidValue } from './check.ts';

/** A header of the app's own. */
export interface HeaderPlace {
  /** Such as `'X-Auth-Token'`; `'Authorization'` with another scheme than Bearer is one too. */
  readonly header: string;
  /** The word before the token, in any case, and one space. @default none: the token is the whole value */
  readonly scheme?: string;
}

/**
 * A parameter of the query, such as `{ query: 'access_token' }`.
 *
 * > [!WARNING]
 * > URLs are kept in logs, histories and `Referer`, and a token in one with them. For what cannot send a header, such as a download link.
 *
 * @see RFC 6750 §2.3, §5.3
 */
export interface QueryPlace {
  readonly query: string;
}

/** Where a token may come from: `'bearer'` is `Authorization: Bearer`, `'cookie'` the access cookie of cookie transport. */
export type TokenPlace = 'bearer' | 'cookie' | HeaderPlace | QueryPlace;

/** {@link TokenPlace} after validation; header names and schemes in lower case. */
export type ResolvedPlace =
  | { readonly kind: 'header'; readonly name: string; readonly scheme: string | undefined }
  | { readonly kind: 'cookie' }
  | { readonly kind: 'query'; readonly name: string };

/** What is possible where places are named. */
export interface PlaceLimits {
  /** Cookie transport is on. */
  readonly cookies: boolean;
  /** It is a route that names them. */
  readonly query: boolean;
}

/** `token` of RFC 9110 §5.6.2: what names and schemes are made of. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

const BEARER_PLACE: ResolvedPlace = Object.freeze({
  kind: 'header',
  name: 'authorization',
  scheme: 'bearer',
});
const COOKIE_PLACE: ResolvedPlace = Object.freeze({ kind: 'cookie' });

/** Where tokens are read when nobody says so: the Authorization header, and with cookie transport the access cookie too. */
export function defaultPlaces(cookies: boolean): readonly ResolvedPlace[] {
  return Object.freeze(cookies ? [BEARER_PLACE, COOKIE_PLACE] : [BEARER_PLACE]);
}

/** @throws TypeError naming the option */
export function resolvePlaces(
  places: unknown,
  option: string,
  limits: PlaceLimits,
): readonly ResolvedPlace[] {
  const list: readonly unknown[] = Array.isArray(places) ? places : [places];
  if (list.length === 0) throw invalidValue(`${option} must name at least one place`);
  const resolved: ResolvedPlace[] = [];
  for (const each of list) {
    const place = resolvePlace(each, option, limits);
    if (resolved.some((other) => overlap(place, other))) throw invalidValue(`${option} names a place twice`);
    resolved.push(place);
  }
  return Object.freeze(resolved);
}

function resolvePlace(place: unknown, option: string, limits: PlaceLimits): ResolvedPlace {
  if (place === 'bearer') return BEARER_PLACE;
  if (place === 'cookie') {
    if (!limits.cookies)
      throw invalidValue(`${option} 'cookie' cannot be had without options.transport 'cookie'`);
    return COOKIE_PLACE;
  }
  if (typeof place !== 'object' || place === null)
    throw invalidType(`${option} must be 'bearer', 'cookie', { header } or { query }, or a list of these`);
  const members = Object.keys(place).sort().join();
  if (members === 'header' || members === 'header,scheme') return resolveHeader(place as HeaderPlace, option);
  if (members !== 'query')
    throw invalidValue(`${option} has places with header and scheme, or with query alone`);
  if (!limits.query)
    throw invalidValue(`${option} cannot read the query everywhere; name it as guard.transport of a route`);
  const { query: name } = place as QueryPlace;
  assertText(name, `${option}.query`);
  return Object.freeze({ kind: 'query', name });
}

function resolveHeader({ header, scheme }: HeaderPlace, option: string): ResolvedPlace {
  assertToken(header, `${option}.header`);
  if (scheme !== undefined) assertToken(scheme, `${option}.scheme`);
  const name = header.toLowerCase();
  if (name === 'cookie')
    throw invalidValue(`${option}.header cannot be Cookie; the access cookie is 'cookie'`);
  return Object.freeze({ kind: 'header', name, scheme: scheme?.toLowerCase() });
}

function assertToken(value: unknown, option: string): asserts value is string {
  assertText(value, option);
  if (!TOKEN.test(value)) throw invalidValue(`${option} must be a word as headers have it`);
}

/** Two readings of one value: the same place, or a header whose whole value another place takes apart. */
function overlap(one: ResolvedPlace, other: ResolvedPlace): boolean {
  if (one.kind === 'header' && other.kind === 'header') {
    const isWhole = one.scheme === undefined || other.scheme === undefined;
    return one.name === other.name && (isWhole || one.scheme === other.scheme);
  }
  if (one.kind === 'query' && other.kind === 'query') return one.name === other.name;
  return one.kind === other.kind;
}
