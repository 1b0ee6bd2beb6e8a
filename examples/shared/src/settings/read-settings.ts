import { resolve } from 'node:path';
import { z } from 'zod';
import { ALGORITHM_NAMES, leastSecretBytes } from '../keys/key-recipes.ts';
import { SettingsError } from '../start-error.ts';
import {
  parseClients,
  parseDuration,
  parseOrigins,
  parseRate,
  parseStoreUrl,
  parseTrustProxy,
} from './parsers.ts';
import { LOG_LEVELS, type Settings } from './settings.ts';

/** The environment as the service sees it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const DAY = 86_400;

/** Variables whose value is never shown. */
const SECRET: ReadonlySet<string> = new Set(['TOKENPAIR_SECRET', 'CLIENTS', 'STORE_URL']);

const VARIABLES = z.object({
  HOST: text().default('127.0.0.1'),
  PORT: parsed('a whole number from 0 to 65535', parsePort).default(8000),
  STORE_URL: parsed('sqlite:<path>, memory:, redis://… or postgres://…', parseStoreUrl).prefault(
    'sqlite:./data/tokenpair.db',
  ),
  ALG: oneOf(ALGORITHM_NAMES).default('HS256'),
  TOKENPAIR_SECRET: z.string().optional(),
  KEYS_FILE: text().default('./data/keys.json'),
  ACCESS_TTL: duration(1, DAY).prefault('5m'),
  REFRESH_TTL: duration(1, 365 * DAY).prefault('1d'),
  SESSION_TTL: duration(1, 3650 * DAY).prefault('30d'),
  REFRESH_GRACE: duration(0, 60).prefault('30s'),
  LEEWAY: duration(0, 60).prefault('5s'),
  CLOCK_SKEW: duration(0, 300).prefault('60s'),
  ROTATE: oneOf(['true', 'false']).default('true'),
  REVOCATION: oneOf(['session', 'feed', 'none']).default('session'),
  TRANSPORT: oneOf(['header', 'cookie']).default('header'),
  CLIENTS: parsed('id:secret pairs, comma-separated, no id twice', parseClients).default([]),
  ISSUER: text().default('http://localhost:8000'),
  AUDIENCE: text().default('http://localhost:8000'),
  ORIGINS: parsed('origins such as https://app.example.com, comma-separated', parseOrigins).default([]),
  LOGIN_RATE: z
    .literal('off')
    .transform(() => undefined)
    .or(parsed('off, or failures a time such as 10/m', parseRate))
    .optional(),
  TRUST_PROXY: parsed('off, on, or the number of proxies (0 to 9)', parseTrustProxy).default(0),
  LOG: oneOf(LOG_LEVELS).default('info'),
});

/**
 * Reads the settings from the environment. An empty variable counts as absent, but for `TOKENPAIR_SECRET`: a secret that got
 * lost on the way must not be replaced in silence.
 *
 * @throws SettingsError with a line for every variable that is wrong
 */
export function readSettings(env: Environment): Settings {
  const given = Object.fromEntries(
    Object.keys(VARIABLES.shape).map((name) => [
      name,
      env[name] === '' && name !== 'TOKENPAIR_SECRET' ? undefined : env[name],
    ]),
  );
  const { data, error } = VARIABLES.safeParse(given);
  if (error !== undefined) throw new SettingsError(error.issues.map((issue) => lineOf(issue, given)));
  const settings = toSettings(data);
  const lines = secretLines(settings);
  if (lines.length > 0) throw new SettingsError(lines);
  return settings;
}

function toSettings(from: z.output<typeof VARIABLES>): Settings {
  return Object.freeze({
    host: from.HOST,
    port: from.PORT,
    store: from.STORE_URL,
    alg: from.ALG,
    secret: from.TOKENPAIR_SECRET,
    keysFile: resolve(from.KEYS_FILE),
    accessTtl: from.ACCESS_TTL,
    refreshTtl: from.REFRESH_TTL,
    sessionTtl: from.SESSION_TTL,
    refreshGrace: from.REFRESH_GRACE,
    leeway: from.LEEWAY,
    clockSkew: from.CLOCK_SKEW,
    rotate: from.ROTATE === 'true',
    revocation: from.REVOCATION,
    transport: from.TRANSPORT,
    clients: from.CLIENTS,
    issuer: from.ISSUER,
    audience: from.AUDIENCE,
    origins: from.ORIGINS,
    loginRate: from.LOGIN_RATE,
    trustProxy: from.TRUST_PROXY,
    log: from.LOG,
  } satisfies Settings);
}

function secretLines({ alg, secret }: Settings): readonly string[] {
  const least = leastSecretBytes(alg);
  if (secret === undefined || least === undefined || Buffer.byteLength(secret) >= least) return [];
  return [`TOKENPAIR_SECRET must have at least ${least} bytes for ALG=${alg}`];
}

/** Names the variable and says what it must be; its value too, where that is no secret. */
function lineOf({ path, message }: z.core.$ZodIssue, given: Environment): string {
  const name = String(path[0]);
  const value = SECRET.has(name) ? '' : `, not ${JSON.stringify(given[name]?.slice(0, 80))}`;
  return `${name} must be ${message}${value}`;
}

function text(): z.ZodString {
  const error = 'a text of 1 to 255 characters';
  return z.string().min(1, { error }).max(255, { error });
}

function oneOf<const T extends readonly string[]>(words: T): z.ZodEnum<{ [W in T[number]]: W }> {
  return z.enum(words, { error: `one of ${words.join(', ')}` }) as z.ZodEnum<{ [W in T[number]]: W }>;
}

function duration(min: number, max: number): z.ZodType<number, string> {
  return parsed(`a length of time such as 30s, 5m, 12h or 30d, from ${min} to ${max} seconds`, (given) => {
    const seconds = parseDuration(given);
    return seconds !== undefined && seconds >= min && seconds <= max ? seconds : undefined;
  });
}

function parsePort(given: string): number | undefined {
  return /^\d{1,5}$/.test(given) && Number(given) <= 65_535 ? Number(given) : undefined;
}

function parsed<T>(expected: string, parse: (given: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((given, context) => {
    const value = parse(given);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}
