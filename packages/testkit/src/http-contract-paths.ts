import { leaves } from './http-contract-after.ts';
import { notFound } from './http-contract-answers.ts';
import { bearer, type HttpCase, type HttpSection, post } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { PASSWORD, type World } from './http-contract-world.ts';

/**
 * Paths that some router could take for `/refresh`, `/`, `/sessions` or `/jwks`. Dot segments are not among them: `Request` has resolved them before
 * anybody sees the path.
 */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  POST: [
    '/refresh//',
    '/refresh///',
    '//refresh',
    '///refresh',
    '//refresh/',
    '/refresh/x',
    '/refresh/%20',
    '/refresh%2F',
    '/refresh%20',
    '/%72efresh',
    '/refres%68/',
    '/refresh;x=1',
    '//',
    '///',
    '/logout//',
    '/logout-all//',
    '/none',
  ],
  GET: ['/sessions//', '/jwks//', '//jwks', '/%6awks', '/jwks%2f', '/sessions%2F'],
  DELETE: ['/sessions//', '/sessions///', '/sessions/a/b', '/%73essions/x', '/session%73/x'],
};

/** A body that would be good at a login. */
const BODY = { username: 'ada', password: PASSWORD };

const others: readonly HttpCase[] = Object.entries(OTHERS).flatMap(([method, list]) =>
  list.map(
    (path): HttpCase => ({
      name: `is no endpoint for ${method} ${path}`,
      request: ({ pair }) =>
        method === 'POST' ? post(path, BODY) : { method, path: `/api/token${path}`, headers: [bearer(pair)] },
      status: 404,
      headers: {},
      body: '',
      leftToApp: true,
      after: leaves('good'),
    }),
  ),
);

const encoded = (id: string): string => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;

/** What somebody could take for the id of the first session. */
const IDS: Readonly<Record<string, (id: string) => string>> = {
  'its id percent-encoded': encoded,
  'its id and a blank': (id) => `${id}%20`,
  'its id and a parameter': (id) => `${id};x=1`,
  'an id of 1,000 characters': (id) => id.padEnd(1_000, 'x'),
  'a star': () => '*',
  'the name of the parameter': () => ':id',
};

const ids: readonly HttpCase[] = Object.entries(IDS).map(([name, idOf]) => ({
  name: `does not find a session by ${name}`,
  request: (world) => removing(world, idOf),
  ...notFound,
  after: leaves('good'),
}));

function removing({ pair }: World, idOf: (id: string) => string): WireRequest {
  return {
    method: 'DELETE',
    path: `/api/token/sessions/${idOf(pair.session.id)}`,
    headers: [bearer(pair)],
  };
}

export const paths: HttpSection = {
  name: 'a path below /api/token',
  cases: [
    ...others,
    ...ids,
    {
      name: 'is no endpoint for DELETE /sessions/:id//',
      request: (world) => removing(world, (id) => `${id}//`),
      status: 404,
      headers: {},
      body: '',
      leftToApp: true,
      after: leaves('good'),
    },
  ],
};
