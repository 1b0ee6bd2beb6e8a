import { availableParallelism } from 'node:os';
import { type Environment, readSettings, type Settings, SettingsError } from '@tokenpair-examples/shared';

/** What the environment says, checked and complete; frozen. */
export interface ProductionSettings {
  /** Settings that this example shares with the others. */
  readonly service: Settings;
  /** How many processes serve. */
  readonly workers: number;
  /** Where `/metrics` listens: not where strangers come. */
  readonly metricsHost: string;
  /** 0 for any free one. */
  readonly metricsPort: number;
  /** How many requests a worker has in progress at most; the next one is 503. */
  readonly maxInProgress: number;
  /** How many of those may be logins and password changes, which are hashed at some cost. */
  readonly maxLogins: number;
  /** How long a worker may take to finish, in seconds. */
  readonly drainSeconds: number;
}

/** Where production differs from the tutorial; the environment may differ from this again. */
const DEFAULTS: Environment = {
  TRANSPORT: 'cookie',
  REVOCATION: 'feed',
  TRUST_PROXY: '1',
  LOGIN_RATE: '10/m',
};

const NUMBERS = {
  WORKERS: { least: 1, most: 64, otherwise: availableParallelism() },
  METRICS_PORT: { least: 0, most: 65_535, otherwise: 9464 },
  MAX_IN_PROGRESS: { least: 2, most: 100_000, otherwise: 200 },
  MAX_LOGINS: { least: 1, most: 100_000, otherwise: 20 },
  DRAIN_SECONDS: { least: 1, most: 600, otherwise: 15 },
} as const;

/** Reads the settings from the environment. @throws SettingsError with a line for every variable that is wrong */
export function readProductionSettings(env: Environment): ProductionSettings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' || name === 'TOKENPAIR_SECRET'),
  );
  const lines: string[] = [];
  const service = collect(lines, () => {
    const audience = given['ISSUER'] === undefined ? {} : { AUDIENCE: given['ISSUER'] };
    return readSettings({ ...DEFAULTS, ...audience, ...given });
  });
  const number = (name: keyof typeof NUMBERS): number => collect(lines, () => readNumber(name, given)) ?? 0;
  const settings = {
    workers: number('WORKERS'),
    metricsHost: given['METRICS_HOST'] ?? '127.0.0.1',
    metricsPort: number('METRICS_PORT'),
    maxInProgress: number('MAX_IN_PROGRESS'),
    maxLogins: number('MAX_LOGINS'),
    drainSeconds: number('DRAIN_SECONDS'),
  };
  if (settings.maxLogins > 0 && settings.maxInProgress > 0 && settings.maxLogins >= settings.maxInProgress)
    lines.push(
      'MAX_LOGINS must be below MAX_IN_PROGRESS: a flood of logins would leave no room for anything else',
    );
  if (service !== undefined) lines.push(...unfit(service));
  if (service === undefined || lines.length > 0) throw new SettingsError(lines);
  return Object.freeze({ ...settings, service });
}

/** What serves a tutorial, and nobody behind nginx. */
function unfit({ issuer, store, trustProxy }: Settings): readonly string[] {
  const lines: string[] = [];
  if (store.kind !== 'redis' && store.kind !== 'postgres')
    lines.push('STORE_URL must be redis://… or postgres://…: every worker and every node shares it');
  if (!issuer.startsWith('https://') || !URL.canParse(issuer) || new URL(issuer).origin !== issuer)
    lines.push(
      'ISSUER must be the https:// origin under which people reach the service, such as https://app.example.com',
    );
  if (trustProxy === 0)
    lines.push('TRUST_PROXY must be the number of proxies: without it everybody has the address of nginx');
  return lines;
}

function readNumber(name: keyof typeof NUMBERS, env: Environment): number {
  const { least, most, otherwise } = NUMBERS[name];
  const text = env[name];
  if (text === undefined) return otherwise;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new SettingsError(
    `${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text.slice(0, 80))}`,
  );
}

function collect<T>(lines: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    lines.push(...error.lines);
    return undefined;
  }
}
