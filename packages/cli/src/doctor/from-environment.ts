import { existsSync } from 'node:fs';
import type { Config, Options } from './facts.ts';
import { keysOf, placeOf } from './named-parts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The examples' variables as options of `createAuth`, with the defaults that the examples have. */
export function fromEnvironment(env: Environment): Config {
  const of = (name: string, fallback: string): string => env[name] || fallback;
  const issuer = of('ISSUER', 'http://localhost:8000');
  const { keys, open } = keysFrom(env, of('ALG', 'HS256'), of('KEYS_FILE', './data/keys.json'));
  return {
    options: {
      issuer,
      audience: of('AUDIENCE', 'http://localhost:8000'),
      keys,
      access: { ttl: duration(of('ACCESS_TTL', '5m')) },
      refresh: {
        ttl: duration(of('REFRESH_TTL', '1d')),
        grace: duration(of('REFRESH_GRACE', '30s')),
        rotate: of('ROTATE', 'true') !== 'false',
      },
      session: { ttl: duration(of('SESSION_TTL', '30d')) },
      leeway: duration(of('LEEWAY', '5s')),
      clockSkew: duration(of('CLOCK_SKEW', '60s')),
      revocation: of('REVOCATION', 'session'),
      ...transportFrom(env, issuer),
    },
    place: placeOf(of('STORE_URL', 'sqlite:./data/tokenpair.db'), 'STORE_URL'),
    keysFileOpen: open,
    limitsLogins: of('LOGIN_RATE', 'off') !== 'off',
  };
}

/** A file that is not there yet is made at the first start, with a key that core takes. */
function keysFrom(
  env: Environment,
  alg: string,
  file: string,
): { readonly keys: unknown; readonly open: boolean } {
  const secret = env['TOKENPAIR_SECRET'];
  if (secret !== undefined && alg.startsWith('HS')) return { keys: { alg, secret }, open: false };
  if (!existsSync(file))
    return { keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) }, open: false };
  return keysOf(file);
}

/** The examples derive a secret for the csrf cookie where the keys have none. */
function transportFrom(env: Environment, issuer: string): Options {
  if (env['TRANSPORT'] !== 'cookie') return {};
  const origins = (env['ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  return {
    transport: 'cookie',
    cookie: {
      path: '/api/token',
      development: /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/.test(issuer),
    },
    csrf: { origins, secret: crypto.getRandomValues(new Uint8Array(32)) },
  };
}

/** Plain digits are seconds there. */
function duration(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}
