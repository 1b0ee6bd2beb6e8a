import { absolute, relative } from './time-words.ts';

/** A member of a token, for people. */
export interface Described {
  readonly name: string;
  /** As JSON. */
  readonly value: string;
  readonly meaning: string | undefined;
  /** A time in words. */
  readonly time: string | undefined;
}

const HEADER: Readonly<Record<string, string>> = {
  alg: 'The algorithm it says it is signed with. A verifier goes by its key, never by this.',
  typ: 'What kind of token it is.',
  kid: 'Which key of its issuer signed it.',
  cty: 'What kind of content it has.',
  jwk: 'A key that the token brings along.',
  jku: 'Where the token wants its key to be fetched.',
  x5c: 'A certificate that the token brings along.',
  x5u: 'Where the token wants its certificate to be fetched.',
  x5t: 'A print of a certificate.',
  crit: 'Extensions that a reader has to know.',
};

const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'Who issued it.',
  sub: 'Who it is about.',
  aud: 'Who it is for: a service that is not named here must not take it.',
  exp: 'When it ends.',
  nbf: 'When it begins.',
  iat: 'When it was issued.',
  auth_time: 'When the user logged in; a refresh does not move it.',
  refresh_exp: 'Until when a sliding token can be renewed.',
  jti: 'The name of this one token.',
  sid: 'The session: one login on one device.',
  gen: 'Which refresh token of its session it is, counted from 0. Presented again after the next, it ends the session.',
  scope: 'What it may be used for.',
  scp: 'What it may be used for.',
  client_id: 'Which client it was issued to.',
  azp: 'Which client it was issued to.',
  nonce: 'Ties it to one login request.',
  acr: 'How strong the login was.',
  amr: 'How the user logged in.',
  cnf: 'A key that whoever presents it has to hold.',
  roles: 'What the user is.',
  permissions: 'What the user may do.',
  token_type: 'What kind of token it is, as djangorestframework-simplejwt says it.',
  user_id: 'Who it is about, as djangorestframework-simplejwt says it.',
};

const KIND_WORDS: Readonly<Record<string, string>> = {
  'at+jwt': 'An access token (RFC 9068).',
  'rt+jwt': 'A refresh token of Tokenpair.',
  'sl+jwt': 'A sliding token of Tokenpair.',
  'id+jwt': 'An ID token: for the client that asked, never for an API.',
  jwt: 'Any kind of token: what it is for has to be in its claims.',
};

const TIMES: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'refresh_exp']);

export function describeHeader(header: object): readonly Described[] {
  return Object.entries(header).map(([name, value]) => ({
    name,
    value: JSON.stringify(value),
    meaning: (name === 'typ' ? kindWords(value) : undefined) ?? ownOf(HEADER, name),
    time: undefined,
  }));
}

/** At a time in seconds. */
export function describeClaims(claims: object, now: number): readonly Described[] {
  return Object.entries(claims).map(([name, value]) => ({
    name,
    value: JSON.stringify(value),
    meaning: ownOf(CLAIMS, name),
    time: TIMES.has(name) ? timeWords(value, now) : undefined,
  }));
}

function timeWords(value: unknown, now: number): string {
  return typeof value === 'number' ? `${absolute(value)}, ${relative(value, now)}` : 'This is no time.';
}

function kindWords(typ: unknown): string | undefined {
  return typeof typ === 'string'
    ? ownOf(KIND_WORDS, typ.toLowerCase().replace(/^application\//, ''))
    : undefined;
}

function ownOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
