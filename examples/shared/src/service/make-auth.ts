import { hkdfSync } from 'node:crypto';
import { type Auth, type AuthOptions, createAuth, type Jwk, type KeyInput } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import type { TokenStore } from '@tokenpair/core/store';
import { loadKeys, usesSecret } from '../keys/load-keys.ts';
import type { Settings } from '../settings/settings.ts';
import { messageOf, SettingsError } from '../start-error.ts';
import type { Users } from '../users/users.ts';

const HOUR = 3_600;

/** The auth that the settings describe. @throws SettingsError for keys that cannot be used */
export function makeAuth(
  settings: Settings,
  store: TokenStore,
  users: Pick<Users, 'login' | 'resolve'>,
): Auth {
  const keys = loadKeys(settings);
  try {
    return createAuth({
      issuer: settings.issuer,
      audience: settings.audience,
      keys,
      store,
      login: users.login,
      resolve: users.resolve,
      // The feed holds what is revoked for as long as a token that is taken may live: an hour costs it a 24th of the default.
      access: { ttl: settings.accessTtl, maxLife: Math.max(settings.accessTtl, HOUR) },
      refresh: { ttl: settings.refreshTtl, grace: settings.refreshGrace, rotate: settings.rotate },
      session: { ttl: settings.sessionTtl },
      leeway: settings.leeway,
      clockSkew: settings.clockSkew,
      ...clientOptions(settings),
      ...transportOptions(settings, keys),
      revocation: settings.revocation,
    });
  } catch (error) {
    throw new SettingsError(`${sourceOfKeys(settings)}: ${messageOf(error)}`, { cause: error });
  }
}

/** Without clients there are no `/introspect` and `/revoke`. */
function clientOptions({ clients }: Settings): Pick<AuthOptions, 'authenticateClient'> {
  if (clients.length === 0) return {};
  return {
    authenticateClient: basicClients(Object.fromEntries(clients.map(({ id, secret }) => [id, secret]))),
  };
}

function transportOptions(
  { issuer, origins, transport }: Settings,
  keys: readonly KeyInput[],
): Pick<AuthOptions, 'transport' | 'cookie' | 'csrf'> {
  if (transport === 'header') return {};
  const secrets = keys.flatMap(csrfSecret);
  return {
    transport,
    cookie: { path: '/api/token', development: isLocal(issuer) },
    csrf: { origins, ...(secrets.length === 0 ? {} : { secret: secrets }) },
  };
}

/** Prefixed names and `Secure` need https. */
function isLocal(issuer: string): boolean {
  return /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/.test(issuer);
}

/** Core derives one from a secret; for the private keys of the keys file they are derived here, for all, so that a change of keys keeps cookies. */
function csrfSecret(key: KeyInput): readonly Uint8Array[] {
  if (!('privateKey' in key)) return [];
  const { d } = key.privateKey as Jwk;
  return [new Uint8Array(hkdfSync('sha256', String(d), '', 'csrf', 32))];
}

/** With checked settings only the keys are left to be wrong. */
function sourceOfKeys({ alg, keysFile, secret }: Settings): string {
  return secret !== undefined && usesSecret(alg) ? 'TOKENPAIR_SECRET' : `KEYS_FILE ${keysFile}`;
}
