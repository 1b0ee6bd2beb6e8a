import { parseArgs } from 'node:util';

/** A service and its day. Times in seconds, shares between 0 and 1. */
export interface Scenario {
  /** Processes with a feed: each worker is one. */
  readonly nodes: number;
  /** Records in the store, of ended sessions too. */
  readonly sessions: number;
  readonly accessTtl: number;
  readonly accessMaxLife: number;
  readonly sessionTtl: number;
  /** Of the sessions that live, how many are in use at the quietest and at the busiest time. */
  readonly activeLeast: number;
  readonly activeMost: number;
  /** Of the sessions that were begun, how many are logged out. */
  readonly logoutShare: number;
  /** Between two guarded requests of a session in use. */
  readonly requestEvery: number;
  readonly storeNodes: number;
  /** How long a store node is away, and whether it is at all with 0. */
  readonly failoverSeconds: number;
  /** Of the sessions that live, how many are logged out at once, and within what time. */
  readonly massLogoutShare: number;
  readonly massLogoutSeconds: number;
  readonly seed: number;
}

const DEFAULTS: Scenario = {
  nodes: 1_000,
  sessions: 100_000_000,
  accessTtl: 300,
  accessMaxLife: 300,
  sessionTtl: 2_592_000,
  activeLeast: 0.02,
  activeMost: 0.1,
  logoutShare: 0.3,
  requestEvery: 30,
  storeNodes: 8,
  failoverSeconds: 30,
  massLogoutShare: 0.01,
  massLogoutSeconds: 60,
  seed: 1,
};

const NAMES = Object.keys(DEFAULTS) as readonly (keyof Scenario)[];
const MAY_BE_ZERO: ReadonlySet<keyof Scenario> = new Set([
  'activeLeast',
  'logoutShare',
  'failoverSeconds',
  'massLogoutShare',
  'seed',
]);
const SHARES: ReadonlySet<keyof Scenario> = new Set([
  'activeLeast',
  'activeMost',
  'logoutShare',
  'massLogoutShare',
]);

export const USAGE: string = `Usage: npm run capacity -- ${NAMES.map((name) => `[--${toOption(name)} ${DEFAULTS[name]}]`).join(' ')}`;

/** The scenario with what the arguments say in place of the defaults. @throws TypeError */
export function parseScenario(args: readonly string[]): Scenario {
  const options = Object.fromEntries(NAMES.map((name) => [toOption(name), { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const given = NAMES.flatMap((name) => {
    const text = values[toOption(name)];
    return text === undefined ? [] : [[name, numberFrom(name, String(text))]];
  });
  const scenario: Scenario = { ...DEFAULTS, ...Object.fromEntries(given) };
  if (scenario.accessMaxLife < scenario.accessTtl)
    throw new TypeError('--access-max-life must be at least --access-ttl');
  return scenario;
}

function numberFrom(name: keyof Scenario, text: string): number {
  const value = Number(text);
  const most = SHARES.has(name) ? 1 : Number.MAX_SAFE_INTEGER;
  if (text.trim() !== '' && value <= most && (value > 0 || (value === 0 && MAY_BE_ZERO.has(name))))
    return value;
  throw new TypeError(
    `--${toOption(name)} must be a number above zero${most === 1 ? ', and at most 1' : ''}`,
  );
}

function toOption(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
