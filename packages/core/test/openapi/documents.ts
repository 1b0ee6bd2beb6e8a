import { basicClients } from '@tokenpair/core/http';
import type { AuthTestOptions } from '../support/auth.ts';
import { bareStore } from '../support/bare-store.ts';
import type { SpyStore } from '../support/spy-store.ts';

export const CLIENT = `Basic ${Buffer.from('web:secret').toString('base64')}`;

type Choice = readonly [name: string, options: AuthTestOptions];

const WIRES: readonly Choice[] = [
  ['tokenpair by header', {}],
  ['tokenpair by cookie', { transport: 'cookie', cookie: { path: '/api/token' } }],
  ['tokenpair by host cookie', { transport: 'cookie', cookie: { path: '/', refreshPrefix: 'host' } }],
  ['sliding', { mode: 'sliding' }],
  ['oauth2', { wire: 'oauth2' }],
];

const PARTS: readonly (readonly Choice[])[] = [
  [
    ['', {}],
    ['without login', { login: undefined }],
    ['with three fields', { loginFields: ['username', 'password', 'otp'] }],
  ],
  [
    ['', {}],
    ['with clients', { authenticateClient: basicClients({ web: 'secret' }) }],
  ],
  [
    ['', {}],
    ['without rotation', { refresh: { rotate: false } }],
  ],
  [
    ['', {}],
    ['with a limit', { session: { maxSessions: 1, onLimit: 'refuse' } }],
    ['over a bare store', { store: bareStore() as unknown as SpyStore, resolve: undefined }],
  ],
];

/** Every set of options that an auth can be made of, by name. */
export const COMBINATIONS: readonly Choice[] = PARTS.reduce(
  (choices, part) =>
    choices.flatMap(([name, options]) =>
      part.map(
        ([more, rest]) =>
          [[name, more].filter((word) => word !== '').join(', '), merge(options, rest)] as const,
      ),
    ),
  WIRES,
).filter(([, options]) => isPossible(options));

function merge(options: AuthTestOptions, rest: AuthTestOptions): AuthTestOptions {
  const bare = rest.store === undefined ? {} : { grace: 0 };
  const refresh = { ...options.refresh, ...rest.refresh, ...bare };
  return { ...options, ...rest, ...(Object.keys(refresh).length > 0 && { refresh }) };
}

function isPossible({ mode, refresh, store }: AuthTestOptions): boolean {
  return mode !== 'sliding' || (refresh?.rotate !== false && store === undefined);
}
