import type { Algorithm, KeyInput } from '@tokenpair/core';
import { type ExpectedAnswer, wrongMethod } from './http-contract-answers.ts';
import type { HttpSection } from './http-contract-case.ts';
import { COOKIE_OPTIONS } from './http-contract-cookies.ts';

const request = () => ({ path: '/api/token/jwks' });

/** The keys of RFC 7515 §A.3 and RFC 8037 §A.1, known to everybody. */
const EC_PUBLIC = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const EC_D = 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI';
const ED_PUBLIC = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const ED_D = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';

const ES256: KeyInput = { alg: 'ES256', kid: 'a', privateKey: { ...EC_PUBLIC, d: EC_D } };
const EDDSA: KeyInput = { alg: 'EdDSA', kid: 'b', privateKey: { ...ED_PUBLIC, d: ED_D } };
const SECRET: KeyInput = {
  alg: 'HS256',
  kid: 'c',
  secret: Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1),
};

/** A key as it is published: these members, in this order, and no other. */
function published(key: object, kid: string, alg: Algorithm): object {
  return { ...key, kid, alg, use: 'sig' };
}

function keySet(...keys: readonly object[]): ExpectedAnswer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=300',
    },
    body: { keys },
  };
}

const EMPTY = keySet();

export const jwks: HttpSection = {
  name: 'GET /api/token/jwks',
  cases: [
    { name: 'is empty for a service that signs with a secret', request, ...EMPTY },
    {
      name: 'shows the public members of a private key, and no other',
      options: { keys: ES256 },
      request,
      ...keySet(published(EC_PUBLIC, 'a', 'ES256')),
    },
    {
      name: 'shows all keys in their order',
      options: { keys: [EDDSA, ES256] },
      request,
      ...keySet(published(ED_PUBLIC, 'b', 'EdDSA'), published(EC_PUBLIC, 'a', 'ES256')),
    },
    {
      name: 'leaves secrets out',
      options: { keys: [ES256, SECRET] },
      request,
      ...keySet(published(EC_PUBLIC, 'a', 'ES256')),
    },
    {
      name: 'leaves out the keys of refresh tokens',
      options: { keys: ES256, refresh: { keys: EDDSA } },
      request,
      ...keySet(published(EC_PUBLIC, 'a', 'ES256')),
    },
    {
      name: 'shows a public key that only verifies',
      options: { keys: [ES256, { alg: 'EdDSA', kid: 'b', publicKey: ED_PUBLIC }] },
      request,
      ...keySet(published(EC_PUBLIC, 'a', 'ES256'), published(ED_PUBLIC, 'b', 'EdDSA')),
    },
    {
      name: 'takes a slash at its end',
      request: () => ({ path: '/api/token/jwks/' }),
      ...EMPTY,
    },
    {
      name: 'does not look at an Authorization header',
      request: () => ({ ...request(), headers: [['Authorization', 'Bearer  x']] }),
      ...EMPTY,
    },
    {
      name: 'needs no origin with cookie transport',
      options: COOKIE_OPTIONS,
      request: ({ cookies }) => ({
        ...request(),
        headers: [
          ['Origin', 'https://evil.test'],
          ['Cookie', cookies.access],
        ],
      }),
      ...EMPTY,
    },
    {
      name: 'answers HEAD without a body',
      request: () => ({ ...request(), method: 'HEAD' }),
      ...EMPTY,
      body: '',
    },
    {
      name: 'needs no store',
      given: (world) => world.loseStore(),
      request,
      ...EMPTY,
    },
    {
      name: 'is 405 for POST',
      request: () => ({ ...request(), method: 'POST' }),
      ...wrongMethod('GET, HEAD'),
    },
  ],
};
