import { parseSeconds } from '../text/words.ts';
import type { Config, CookieFacts, Facts, Options, StoreFacts } from './facts.ts';

/** What the rules judge, of a configuration; the defaults are those of core. */
export function readFacts(config: Config): Facts {
  const { options } = config;
  const [access, refresh, session] = ['access', 'refresh', 'session'].map((name) => inside(options, name));
  const issuer = textOf(options['issuer']);
  return {
    issuer,
    audience: textOf(options['audience']),
    isLocal: issuer !== undefined && isLocalUrl(issuer),
    accessTtl: parseSeconds(access?.['ttl'] ?? '5m'),
    refreshTtl: parseSeconds(refresh?.['ttl'] ?? '1d'),
    sessionTtl: parseSeconds(session?.['ttl'] ?? '30d'),
    grace: parseSeconds(refresh?.['grace'] ?? '30s'),
    leeway: parseSeconds(options['leeway'] ?? '5s'),
    clockSkew: parseSeconds(options['clockSkew'] ?? '60s'),
    rotates: refresh?.['rotate'] !== false,
    isSliding: options['mode'] === 'sliding',
    revocation: options['revocation'] ?? 'session',
    durability: options['durability'] ?? 'any',
    keys: listOf(options['keys']).filter(isObject),
    hasRefreshKeys: refresh?.['keys'] !== undefined,
    cookie: options['transport'] === 'cookie' ? cookieOf(options) : undefined,
    store: storeOf(config),
    keysFileOpen: config.keysFileOpen === true,
    limitsLogins: config.limitsLogins,
  };
}

/** Whether a URL stays on this machine. */
export function isLocalUrl(url: string): boolean {
  return URL.canParse(url) && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function cookieOf(options: Options): CookieFacts {
  const cookie = inside(options, 'cookie');
  const origins = inside(options, 'csrf')['origins'];
  return {
    path: textOf(cookie['path']),
    isHost: cookie['refreshPrefix'] === 'host',
    isDevelopment: cookie['development'] === true,
    origins: listOf(origins).filter((origin) => typeof origin === 'string'),
  };
}

function storeOf({ options, place }: Config): StoreFacts {
  if (place !== undefined)
    return {
      name: place.kind,
      durable: place.kind !== 'memory',
      url: place.kind === 'redis' || place.kind === 'postgres' ? place.url : undefined,
    };
  const { name, durable } = inside(options, 'store');
  return { name: textOf(name), durable: typeof durable === 'boolean' ? durable : undefined, url: undefined };
}

function inside(options: Options, name: string): Options {
  const value = options[name];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
