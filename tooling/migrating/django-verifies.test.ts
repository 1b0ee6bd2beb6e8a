/** A Django that verifies: with the settings of from-simplejwt.md, jose does what PyJWT and SimpleJWT do with them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Auth, type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { readPage } from './support/page.ts';

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const KEYS = { alg: 'RS256', privateKey: newKey() } as const;
const KEYS_APART = { alg: 'RS256', privateKey: newKey() } as const;

const [, code = ''] = /^```python\n(.*?)^```$/ms.exec(readPage('from-simplejwt')) ?? [];
const settings = new Map(
  [...code.matchAll(/^ {4}'(\w+)': (?:'(.*)'|(None)),$/gm)].map(([, name, text, none]) => [
    name,
    text ?? none,
  ]),
);
const setting = (name: string): string => String(settings.get(name));

function makeAuth(options: Partial<AuthOptions>): Auth {
  const names = { issuer: setting('ISSUER'), audience: setting('AUDIENCE') };
  return createAuth({ ...names, keys: KEYS, store: memoryStore(), ...options });
}

/** The claim that names the user; rejects for a token that Django would refuse. */
async function userAtDjango(auth: Auth, token: string, audience = setting('AUDIENCE')): Promise<unknown> {
  const keys = createLocalJWKSet(auth.jwks() as unknown as JSONWebKeySet);
  const { payload } = await jwtVerify(token, keys, {
    algorithms: [setting('ALGORITHM')],
    issuer: setting('ISSUER'),
    audience,
    requiredClaims: ['exp', 'jti'],
  });
  return payload[setting('USER_ID_CLAIM')];
}

it('the settings are what the test goes by', () => {
  expect([...settings.keys()]).toEqual([
    'ALGORITHM',
    'JWK_URL',
    'ISSUER',
    'AUDIENCE',
    'USER_ID_CLAIM',
    'TOKEN_TYPE_CLAIM',
  ]);
  expect([setting('JWK_URL'), setting('TOKEN_TYPE_CLAIM')]).toEqual([
    `${setting('ISSUER')}/api/token/jwks`,
    'None',
  ]);
});

it.each([
  ['an audience of Django’s', {}],
  ['keys of their own for refresh tokens', { audience: setting('ISSUER'), refresh: { keys: KEYS_APART } }],
])('%s: access tokens are taken, refresh tokens are not', async (_what, options: Partial<AuthOptions>) => {
  const auth = makeAuth(options);
  const { access, refresh } = await auth.sessions.issue({ subject: '1' });
  expect(await userAtDjango(auth, access, options.audience)).toBe('1');
  await expect(userAtDjango(auth, String(refresh), options.audience)).rejects.toThrow();
});

it('with neither, refresh tokens are taken for access tokens, as the page warns', async () => {
  const auth = makeAuth({ audience: setting('ISSUER') });
  const { refresh } = await auth.sessions.issue({ subject: '1' });
  expect(await userAtDjango(auth, String(refresh), setting('ISSUER'))).toBe('1');
});
