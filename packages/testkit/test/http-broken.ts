import type { AuthRequest } from '@tokenpair/core';
import { COOKIE_SERVERS } from './http-broken-cookies.ts';
import { ORIGIN_SERVERS } from './http-broken-origins.ts';
import {
  answers,
  type Broken,
  bodies,
  heads,
  hides,
  is,
  lines,
  puts,
  readsNoBody,
  takesFirst,
  values,
} from './http-broken-ways.ts';

const GATEWAY = `Basic ${Buffer.from('gateway:s3cret+/%').toString('base64')}`;

const pathServers: Readonly<Record<string, Broken>> = {
  'decodes paths': {
    faults: { request: (request) => ({ ...request, path: decodeURIComponent(request.path) }) },
    row: /is no endpoint for \S+ \S*%(?!20)|percent-encoded/,
  },
  'drops all slashes at the end of a path': {
    faults: { request: (request) => ({ ...request, path: request.path.replace(/(?<=.)\/+$/, '') }) },
    row: /is no endpoint for \S+ \S*\w\/\/+$/,
  },
  'takes several slashes for one': {
    faults: { request: (request) => ({ ...request, path: request.path.replace(/\/+/g, '/') }) },
    row: /is no endpoint for \S+ \S*\/\//,
  },
  'reads the first of two types of a body': {
    faults: takesFirst('content-type'),
    row: /is no type of a body: two Content-Type lines(, JSON first)?$|is no type of a form/,
  },
  'keeps the first of two user agents': {
    faults: takesFirst('user-agent'),
    row: /is one user agent/,
  },
};

const sessionServers: Readonly<Record<string, Broken>> = {
  'does not read what /logout-all is to keep': {
    faults: { request: (request) => (request.path === '/logout-all' ? readsNoBody(request) : request) },
    row: /POST .*logout-all > (keeps|refuses a keep_current|refuses keep_current)/,
  },
  'lists sessions oldest first': {
    faults: bodies((body) => {
      const { sessions, ...rest } = JSON.parse(body);
      return JSON.stringify(sessions === undefined ? rest : { sessions: sessions.reverse() });
    }),
    row: /GET .*sessions > lists newest first/,
  },
  'takes every session for the current one': {
    faults: bodies((body) => body.replaceAll('"current":false', '"current":true')),
    row: /GET .*sessions > (lists newest first|goes by the token)/,
  },
  'lists what the store keeps of a session': {
    faults: bodies((body) => body.replace('"id":', '"generation":0,"id":')),
    row: /GET .*sessions > (shows|holds nothing)/,
  },
  'does not know HEAD': {
    faults: { request: (request) => ({ ...request, method: request.method.replace('HEAD', 'OPTIONS') }) },
    row: /(sessions|jwks) > answers HEAD/,
  },
  'finds every session that is to be ended': {
    faults: answers(404, () => ({ status: 204, headers: [['cache-control', 'no-store']], body: undefined })),
    row: /DELETE .* > does not find/,
  },
  'has something to say when a session has ended': {
    faults: answers(204, () => ({ status: 200, body: '{}' })),
    row: /DELETE .*:id > (ends|takes a slash)/,
  },
  'decodes the id of a session': {
    faults: { request: (request) => ({ ...request, path: decodeURIComponent(request.path) }) },
    row: /DELETE .* > .*encoded slash/,
  },
  'asks who it is before it looks at the method': {
    faults: answers(405, () => ({ status: 401 })),
    row: /is 405/,
  },
  'keeps the current session whatever it is told': {
    faults: {
      request: (request) =>
        request.path === '/logout-all' ? { ...request, body: { parsed: { keep_current: true } } } : request,
    },
    row: /POST .*logout-all > ends all/,
  },
  'says that a session has ended, and leaves it': {
    faults: {
      request: (request) => (request.method === 'DELETE' ? { ...request, path: '/sessions/none' } : request),
      ...answers(404, () => ({ status: 204, headers: [['cache-control', 'no-store']], body: undefined })),
    },
    row: /DELETE .* > (ends|takes a slash)|:id ends another/,
  },
  'does not pass the cookies of a login on': {
    faults: {
      request: (request) =>
        request.path === '/' ? (hides('cookie').request?.(request) ?? request) : request,
    },
    row: /> (ends the session of the refresh cookie it comes with|takes the csrf cookie of an earlier session)/,
  },
  'does not pass the user agent on': {
    faults: hides('user-agent'),
    row: /keeps the user agent/,
  },
  'does not ask who it is': {
    faults: answers(401, () => ({ status: 200, body: '{}' })),
    row: /by header > refuses (without|an empty|a token|garbage|a refresh|an expired|after)/,
  },
};

const headerServers: Readonly<Record<string, Broken>> = {
  'takes the first of two Authorization headers': {
    faults: takesFirst('authorization'),
    row: /(by header|introspect|revoke) > .*two headers, the good one first/,
  },
  'makes one blank of many': {
    faults: values('authorization', (value) => value.replace(/\s+/g, ' ')),
    row: /by header > refuses (two spaces|a tab)/,
  },
  'takes any scheme': {
    faults: values('authorization', (value) => value.replace(/^\w+ /, 'Bearer ')),
    row: /by header > takes Basic/,
  },
  'wants the scheme as it is written most': {
    faults: lines((all) => all.filter((line) => !is('authorization')(line) || /^B[a-z]+ /.test(line[1]))),
    row: /(by header|introspect|revoke) > takes the scheme/,
  },
  'reads a list of credentials to its first comma': {
    faults: values('authorization', (value) => value.replace(/,.*/, '')),
    row: /by header > refuses (two credentials in one line|a comma)/,
  },
};

const clientServers: Readonly<Record<string, Broken>> = {
  'knows every client': {
    faults: puts('authorization', GATEWAY),
    row: /(introspect|revoke) > (takes .* for a stranger|ends nothing for a stranger|asks who|does not take client)/,
  },
  'challenges strangers for a token': {
    faults: heads('www-authenticate', (value) => value.replace(/^Basic.*/, 'Bearer realm="api"')),
    row: /(introspect|revoke) > takes .* for a stranger/,
  },
  'takes an outage for an answer': {
    faults: answers(503, () => ({ status: 200, body: '{}' })),
    row: /is 503|does not answer > /,
  },
  'does not say when to come again': {
    faults: answers(503, ({ headers }) => ({ headers: headers.filter(([name]) => name !== 'retry-after') })),
    row: /is 503|does not answer > |when the (store is away|hook throws), never|keeps the cookies when/,
  },
  'says why a token is not active': {
    faults: bodies((body) => body.replace('"active":false', '"active":false,"code":"token_expired"')),
    row: /introspect > says nothing of/,
  },
  'goes by the hint of a token': {
    faults: {
      request: (request) => ({
        ...request,
        body: 'read' in request.body ? { read: readHinted(request.body.read) } : request.body,
      }),
    },
    row: /(introspect|revoke) > does not go by a hint/,
  },
  'revokes nothing': {
    faults: { request: (request) => (request.path.startsWith('/revoke') ? swallow(request) : request) },
    row: /revoke > (ends an access|ends the session|takes JSON|takes a slash|does not go by)/,
  },
  'complains of unknown tokens': {
    faults: {
      answer: (answer, { path }) =>
        path.startsWith('/revoke') && answer.body === '{}' ? { ...answer, status: 400 } : answer,
    },
    row: /revoke > is 200 {}/,
  },
  'does not let caches keep the keys': {
    faults: heads('cache-control', (value) => value.replace(/^public.*/, 'no-store')),
    row: /jwks > (is empty|shows|leaves|takes|does not|needs|answers HEAD)/,
  },
  'shows private members of keys': {
    faults: bodies((body) => body.replace('"use":"sig"', '"use":"sig","d":"x"')),
    row: /jwks > (shows|leaves)/,
  },
  'keeps the keys for who has a token': {
    faults: {
      answer: (answer, { path }) =>
        path.startsWith('/jwks') && answer.status === 200 ? { ...answer, status: 401 } : answer,
    },
    row: /jwks > (is empty|shows|leaves|takes|does not|needs|answers HEAD)/,
  },
};

/** By what each does. */
export const BROKEN: Readonly<Record<string, Broken>> = {
  ...pathServers,
  ...sessionServers,
  ...headerServers,
  ...clientServers,
  ...COOKIE_SERVERS,
  ...ORIGIN_SERVERS,
};

type Read = (limit: number) => Promise<Uint8Array | undefined>;

/** Makes the token of a body with a hint one that is none of the kind. */
function readHinted(read: Read): Read {
  return async (limit) => {
    const text = Buffer.from((await read(limit)) ?? []).toString();
    return Buffer.from(text.includes('token_type_hint') ? '{"token":"x"}' : text);
  };
}

/** The request with a token that is none. */
function swallow(request: AuthRequest): AuthRequest {
  return { ...request, body: { parsed: { token: 'x' } } };
}
