import assert from 'node:assert/strict';
import { RateLimitedError } from '@tokenpair/core';
import {
  badRequest,
  pairOf,
  rateLimited,
  refusedGrant,
  tooLarge,
  unavailable,
  unsupported,
  wrongMethod,
} from './http-contract-answers.ts';
import {
  FORM_LINE,
  type HttpCase,
  type HttpSection,
  JSON_LINE,
  post,
  postForm,
  withLines,
} from './http-contract-case.ts';
import { PASSWORD } from './http-contract-world.ts';

const CREDENTIALS = { username: 'ada', password: PASSWORD };
const REQUIRED = 'This field is required.';
const EMPTY = 'This field must be a non-empty string.';

/** Good credentials in a body of exactly so many bytes. */
function paddedTo(bytes: number): string {
  const text = JSON.stringify({ ...CREDENTIALS, padding: '' });
  return text.replace('"padding":"', `"padding":"${'x'.repeat(bytes - text.length)}`);
}

/** Every body of a token endpoint is read alike; the login shows it. */
const bodies: readonly HttpCase[] = [
  {
    name: 'takes a charset in any case',
    request: () => ({
      ...post('/', CREDENTIALS),
      headers: [['Content-Type', 'Application/JSON; Charset=UTF-8']],
    }),
    ...pairOf(0),
  },
  { name: 'takes 16,384 bytes', request: () => post('/', paddedTo(16_384)), ...pairOf(0) },
  {
    name: 'takes a body whose length is not told',
    request: () => ({ ...post('/', CREDENTIALS), chunked: true }),
    ...pairOf(0),
  },
  { name: 'refuses 16,385 bytes', request: () => post('/', paddedTo(16_385)), ...tooLarge },
  {
    name: 'refuses 16,385 bytes whose length is not told',
    rawBody: true,
    request: () => ({ ...post('/', paddedTo(16_385)), chunked: true }),
    ...tooLarge,
  },
  {
    name: 'refuses another type',
    request: () => ({ ...post('/', CREDENTIALS), headers: [['Content-Type', 'text/plain']] }),
    ...unsupported,
  },
  {
    name: 'refuses a multipart form',
    request: () => ({
      ...post('/', CREDENTIALS),
      headers: [['Content-Type', 'multipart/form-data; boundary=x']],
    }),
    ...unsupported,
  },
  {
    name: 'refuses a body without a type',
    request: () => ({ ...post('/', CREDENTIALS), headers: [] }),
    ...unsupported,
  },
  {
    name: 'refuses another charset',
    rawBody: true,
    request: () => ({
      ...post('/', CREDENTIALS),
      headers: [['Content-Type', 'application/json; charset=latin1']],
    }),
    ...unsupported,
  },
  {
    name: 'refuses a compressed body',
    rawBody: true,
    request: () => ({ ...post('/', CREDENTIALS), headers: [JSON_LINE, ['Content-Encoding', 'gzip']] }),
    ...unsupported,
  },
  {
    name: 'refuses a body that is compressed by the second of two lines',
    rawBody: true,
    request: () => ({
      ...post('/', CREDENTIALS),
      headers: [JSON_LINE, ['Content-Encoding', 'identity'], ['Content-Encoding', 'gzip']],
    }),
    ...unsupported,
  },
  {
    name: 'refuses malformed JSON',
    rawBody: true,
    request: () => post('/', '{"username":'),
    ...badRequest(),
  },
  { name: 'refuses a JSON text', rawBody: true, request: () => post('/', '"ada"'), ...badRequest() },
  { name: 'refuses JSON null', rawBody: true, request: () => post('/', 'null'), ...badRequest() },
  { name: 'refuses a JSON list', request: () => post('/', [CREDENTIALS]), ...badRequest() },
  {
    name: 'refuses a member given twice',
    rawBody: true,
    request: () => post('/', `{"username":"x",${JSON.stringify(CREDENTIALS).slice(1)}`),
    ...badRequest(),
  },
  {
    name: 'refuses bytes that are no UTF-8',
    rawBody: true,
    request: () => ({ ...post('/', ''), body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d) }),
    ...badRequest(),
  },
  {
    name: 'refuses a form field given twice',
    request: () => postForm('/', `username=ada&password=${PASSWORD}&username=ada`),
    ...badRequest(),
  },
  {
    name: 'refuses a form field given twice that it does not need',
    request: () => postForm('/', `username=ada&password=${PASSWORD}&x=1&x=2`),
    ...badRequest(),
  },
];

export const login: HttpSection = {
  name: 'POST /api/token/',
  cases: [
    { name: 'gives a pair for good credentials', request: () => post('/', CREDENTIALS), ...pairOf(0) },
    { name: 'gives a pair for a form', request: () => postForm('/', CREDENTIALS), ...pairOf(0) },
    {
      name: 'does not need the slash',
      request: () => ({ ...post('/', CREDENTIALS), path: '/api/token' }),
      ...pairOf(0),
    },
    {
      name: 'does not look at the query',
      request: () => ({ ...post('/', CREDENTIALS), path: '/api/token/?username=x' }),
      ...pairOf(0),
    },
    {
      name: 'does not look at an Authorization header',
      request: () => ({ ...post('/', CREDENTIALS), headers: [JSON_LINE, ['Authorization', 'Bearer  x']] }),
      ...pairOf(0),
    },
    {
      name: 'keeps the user agent with the session',
      request: () =>
        withLines(post('/', { username: 'root', password: PASSWORD }), ['User-Agent', 'Firefox']),
      ...pairOf(0),
      after: async ({ auth }) => {
        const [only] = await auth.sessions.list('root');
        assert.equal(only?.client?.userAgent, 'Firefox');
      },
    },
    {
      name: 'refuses a wrong password',
      request: () => post('/', { ...CREDENTIALS, password: 'x' }),
      ...refusedGrant('invalid_credentials'),
    },
    {
      name: 'refuses an unknown user with the same answer',
      request: () => post('/', { ...CREDENTIALS, username: 'nobody' }),
      ...refusedGrant('invalid_credentials'),
    },
    {
      name: 'refuses a disabled account with the same answer',
      request: () => post('/', { ...CREDENTIALS, username: 'gone' }),
      ...refusedGrant('invalid_credentials'),
    },
    {
      name: 'names the fields that are missing',
      request: () => post('/', {}),
      ...badRequest({ username: REQUIRED, password: REQUIRED }),
    },
    {
      name: 'names the fields that are missing in a form',
      request: () => postForm('/', { username: 'ada' }),
      ...badRequest({ password: REQUIRED }),
    },
    {
      name: 'reads no body as no fields',
      request: () => ({ method: 'POST', path: '/api/token/' }),
      ...badRequest({ username: REQUIRED, password: REQUIRED }),
    },
    {
      name: 'reads an empty body as no fields',
      request: () => ({ method: 'POST', path: '/api/token/', headers: [FORM_LINE], body: '' }),
      ...badRequest({ username: REQUIRED, password: REQUIRED }),
    },
    {
      name: 'refuses an empty field',
      request: () => post('/', { ...CREDENTIALS, password: '' }),
      ...badRequest({ password: EMPTY }),
    },
    {
      name: 'refuses a number, and does not make text of it',
      request: () => post('/', { ...CREDENTIALS, password: 123 }),
      ...badRequest({ password: EMPTY }),
    },
    {
      name: 'refuses null',
      request: () => post('/', { ...CREDENTIALS, password: null }),
      ...badRequest({ password: EMPTY }),
    },
    {
      name: 'refuses an object',
      request: () => post('/', { username: { $ne: null }, password: ['x'] }),
      ...badRequest({ username: EMPTY, password: EMPTY }),
    },
    {
      name: 'is 503 when the store is away',
      given: (world) => world.loseStore(),
      request: () => post('/', CREDENTIALS),
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 503 when the hook throws',
      options: {
        login: () => {
          throw new Error('the database is away');
        },
      },
      request: () => post('/', CREDENTIALS),
      ...unavailable('backend_unavailable'),
    },
    {
      name: 'is 429 when the hook says so',
      options: {
        login: () => {
          throw new RateLimitedError({ retryAfter: 60 });
        },
      },
      request: () => post('/', CREDENTIALS),
      ...rateLimited,
    },
    { name: 'is 405 for GET', request: () => ({ path: '/api/token/' }), ...wrongMethod('POST') },
    {
      name: 'is 405 for PUT',
      request: () => ({ ...post('/', CREDENTIALS), method: 'PUT' }),
      ...wrongMethod('POST'),
    },
    {
      name: 'is 405 for HEAD, without a body',
      request: () => ({ method: 'HEAD', path: '/api/token/' }),
      ...wrongMethod('POST'),
      body: '',
    },
    ...bodies,
  ],
};
