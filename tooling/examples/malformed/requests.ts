/**
 * Requests that nobody should answer well. Those made of a good token carry it altered, or in a way in which no token counts.
 *
 * @module
 */
import { withBody } from './bodies.ts';
import { withCookie, withCredential } from './credentials.ts';
import { withHeader, withRequestLine } from './heads.ts';
import type { GoodPair, Made } from './made.ts';
import { pick, type Random } from './text.ts';

export interface MalformedRequest extends Made {
  readonly kind: Kind;
}

/** Where a service takes tokens from. */
export type Transport = 'header' | 'cookie';

const MAKERS = {
  'request line': withRequestLine,
  header: withHeader,
  credential: withCredential,
  cookie: withCookie,
  body: withBody,
} satisfies Readonly<Record<string, (random: Random, pair: GoodPair) => Made>>;

export type Kind = keyof typeof MAKERS;

const KINDS = Object.keys(MAKERS) as readonly Kind[];

/** Which service a kind is for: where cookies count, a token in a body never does. */
export const TRANSPORT_OF: Readonly<Record<Kind, Transport>> = {
  'request line': 'header',
  header: 'header',
  credential: 'cookie',
  cookie: 'cookie',
  body: 'header',
};

/** Of any kind, made of the pair that the service for that kind gave. */
export function makeRequest(random: Random, pairs: Readonly<Record<Transport, GoodPair>>): MalformedRequest {
  const kind = pick(random, KINDS);
  return { kind, ...MAKERS[kind](random, pairs[TRANSPORT_OF[kind]]) };
}
