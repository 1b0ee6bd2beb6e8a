/**
 * Requests to a guarded route, the same to the app before and after, by the names that the pages have for them.
 *
 * @module
 */
import type { Asked } from './http.ts';
import { altered, partsOf } from './tokens.ts';

/** One app as the probes see it. */
export interface Side {
  readonly secret: string;
  /** Access tokens of the two users. */
  readonly ada: string;
  readonly grace: string;
  /** What the same key has signed for something else: here a refresh token, there the link of a forgotten password. */
  readonly other: string;
  /** A token of a login of its own, after its logout; where there is no logout the client has forgotten it. */
  readonly loggedOut: string;
}

export type Probe = (side: Side) => Asked;

const now = (): number => Math.floor(Date.now() / 1000);
const bearer = (token: string): readonly string[] => ['Authorization', `Bearer ${token}`];
const me = (token: string): Asked => ({ path: '/me', headers: bearer(token) });
const OTHER_KEY = 'another key, of 32 bytes and more';

export const PROBES: Readonly<Record<string, Probe>> = {
  'a good token': ({ ada }) => me(ada),
  '`bearer` in lower case': ({ ada }) => ({ path: '/me', headers: ['Authorization', `bearer ${ada}`] }),
  'no token': () => ({ path: '/me' }),
  'another scheme, `Basic`': () => ({ path: '/me', headers: ['Authorization', 'Basic YWRhOng='] }),
  'three parts, `Bearer a b`': () => ({ path: '/me', headers: ['Authorization', 'Bearer a b'] }),
  'two `Authorization` headers': ({ ada, grace }) => ({
    path: '/me',
    headers: [...bearer(ada), ...bearer(grace)],
  }),
  'text that is no token': () => me('nonsense'),
  'signed by another key': ({ ada }) => me(altered(ada, OTHER_KEY, {})),
  'unsigned, `alg: none`': ({ ada, secret }) =>
    me(
      `${altered(ada, secret, { header: { alg: 'none' } })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
    ),
  'expired an hour ago': ({ ada, secret }) =>
    me(altered(ada, secret, { claims: { iat: now() - 7200, exp: now() - 3600 } })),
  'expired a second ago': ({ ada, secret }) =>
    me(altered(ada, secret, { claims: { iat: now() - 300, exp: now() - 1 } })),
  'without `exp`': ({ ada, secret }) => me(altered(ada, secret, { claims: { exp: undefined } })),
  'good for a year': ({ ada, secret }) => me(altered(ada, secret, { claims: { exp: now() + 365 * 86_400 } })),
  'made in the future': ({ ada, secret }) =>
    me(altered(ada, secret, { claims: { iat: now() + 3600, exp: now() + 3900 } })),
  'another `typ`': ({ ada, secret }) => me(altered(ada, secret, { header: { typ: 'secevent+jwt' } })),
  'without `typ`': ({ ada, secret }) => me(altered(ada, secret, { header: { typ: undefined } })),
  'an unknown `crit` header': ({ ada, secret }) =>
    me(altered(ada, secret, { header: { crit: ['x'], x: 1 } })),
  'of 9,000 characters': ({ ada, secret }) =>
    me(altered(ada, secret, { claims: { filler: 'x'.repeat(6750 - partsLength(ada)) } })),
  'signed by the same key for something else': ({ other }) => me(other),
  'after a logout': ({ loggedOut }) => me(loggedOut),
  'optional route, no token': () => ({ path: '/news' }),
  'optional route, a good token': ({ ada }) => ({ path: '/news', headers: bearer(ada) }),
  'optional route, a bad token': () => ({ path: '/news', headers: bearer('nonsense') }),
  'scope that the user has': ({ grace }) => ({ path: '/admin', headers: bearer(grace) }),
  'scope that the user lacks': ({ ada }) => ({ path: '/admin', headers: bearer(ada) }),
};

/** Of one peer alone. */
export const OWN_PROBES: Readonly<Record<string, Readonly<Record<string, Probe>>>> = {
  'express-jwt': {
    '`OPTIONS` that announces `authorization`, no token': () => ({
      method: 'OPTIONS',
      path: '/report',
      headers: ['Access-Control-Request-Headers', 'authorization'],
    }),
  },
};

function partsLength(token: string): number {
  const { header, claims } = partsOf(token);
  return JSON.stringify(header).length + JSON.stringify(claims).length;
}
