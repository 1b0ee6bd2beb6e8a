import { moment } from '../text/words.ts';
import type { DecodedToken } from './decode-token.ts';

/** What a member of a token means, for a person. */
export interface Described {
  readonly name: string;
  readonly value: unknown;
  readonly meaning: string | undefined;
}

const TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'refresh_exp']);

/** Last moment that a Date can hold, in seconds. */
const LAST = 8_640_000_000_000;

const KINDS: Readonly<Record<string, string>> = {
  'at+jwt': 'an access token (RFC 9068)',
  'rt+jwt': 'a refresh token of Tokenpair',
  'sl+jwt': 'a sliding token of Tokenpair',
  jwt: 'any kind of token: what it is for has to be in its claims',
};

/** The members with their meaning: times in words, kinds of token by name. */
export function describeMembers(
  members: Readonly<Record<string, unknown>>,
  now: number,
): readonly Described[] {
  return Object.entries(members).map(([name, value]) => ({
    name,
    value,
    meaning: meaningOf(name, value, now),
  }));
}

/** What stands out in a token, genuine or not. */
export function remarksOn({ header, payload, hasSignature }: DecodedToken, now: number): readonly string[] {
  const remarks: string[] = [];
  const { exp, nbf } = payload;
  if (header['alg'] === 'none' || !hasSignature) remarks.push('It is not signed: nobody should take it.');
  if (exp === undefined) remarks.push('It has no exp: it would never end.');
  if (isTime(exp) && exp * 1_000 <= now) remarks.push('By its own word it has expired.');
  if (isTime(nbf) && nbf * 1_000 > now) remarks.push('By its own word it is not good yet.');
  return remarks;
}

function meaningOf(name: string, value: unknown, now: number): string | undefined {
  if (TIMES.has(name)) return isTime(value) ? moment(value * 1_000, now) : 'no time';
  return name === 'typ' && typeof value === 'string'
    ? KINDS[value.toLowerCase().replace(/^application\//, '')]
    : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LAST;
}
