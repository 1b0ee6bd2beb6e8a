import { resolve } from 'node:path';

/** The environment as a service sees it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What all four services have to agree on. Secrets are read by those that need them. */
export interface Settings {
  /** Origins; each service listens on the port of its own. */
  readonly providerUrl: string;
  readonly portalUrl: string;
  readonly reportsUrl: string;
  readonly billingUrl: string;
  /** `aud` of the access tokens: the services behind this sign-on. */
  readonly audience: string;
  /** Of the portal and of reports: `sqlite:<path>` or `redis://…`. */
  readonly storeUrl: string;
  /** Of the portal. */
  readonly keysFile: string;
  /** How old an answer of the portal may be by which billing judges, in ms. */
  readonly cacheMs: number;
}

/** Why a service cannot start; a line for an operator, without the value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** @throws SettingError for a variable that is wrong */
export function readSettings(env: Environment): Settings {
  return Object.freeze({
    providerUrl: readOrigin(env, 'PROVIDER_URL', 'http://127.0.0.1:9000'),
    portalUrl: readOrigin(env, 'PORTAL_URL', 'http://127.0.0.1:9001'),
    reportsUrl: readOrigin(env, 'REPORTS_URL', 'http://127.0.0.1:9002'),
    billingUrl: readOrigin(env, 'BILLING_URL', 'http://127.0.0.1:9003'),
    audience: env['AUDIENCE'] || 'https://services.example.com',
    storeUrl: env['STORE_URL'] || 'sqlite:./data/sso.db',
    keysFile: resolve(env['KEYS_FILE'] || './data/sso-keys.json'),
    cacheMs: readInteger(env, 'INTROSPECTION_CACHE_MS', 5_000, 60_000),
  });
}

/** @throws SettingError where it is missing or too short to be one */
export function readSecret(env: Environment, name: string): string {
  const secret = env[name] ?? '';
  if (secret.length < 32) throw new SettingError(`${name} must be set, to 32 characters at least`);
  return secret;
}

/** Whether an origin is plain http, which the services take on this machine alone. */
export function isPlainHttp(url: string): boolean {
  return url.startsWith('http:');
}

function readOrigin(env: Environment, name: string, fallback: string): string {
  const value = env[name] || fallback;
  const isLocal = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(value);
  if (isLocal || (value.startsWith('https:') && URL.canParse(value) && new URL(value).origin === value))
    return value;
  throw new SettingError(
    `${name} must be an origin such as https://app.example.com, or http://127.0.0.1:9001`,
  );
}

function readInteger(env: Environment, name: string, fallback: number, max: number): number {
  const value = env[name] || String(fallback);
  if (/^\d{1,9}$/.test(value) && Number(value) <= max) return Number(value);
  throw new SettingError(`${name} must be a whole number from 0 to ${max}`);
}
