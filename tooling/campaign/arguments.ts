import { parseArgs } from 'node:util';

export const CAMPAIGNS = ['race', 'model', 'linearizability', 'chaos', 'soak'] as const;
export type CampaignName = (typeof CAMPAIGNS)[number];

export const STORES = ['memory', 'sqlite', 'redis', 'postgres', 'mariadb'] as const;
export type StoreName = (typeof STORES)[number];

/** A named size as a share of the full one. */
export const SIZES: Readonly<Record<string, number>> = { full: 1, small: 0.2, ci: 0.05 };

/** What a campaign is asked to do. */
export interface CampaignArguments {
  readonly campaigns: readonly CampaignName[];
  readonly seed: number;
  /** Share of the full size, above 0. */
  readonly scale: number;
  readonly stores: readonly StoreName[];
  /** Of chaos; empty means all. */
  readonly scenarios: readonly string[];
  /** Length of a soak, a store. */
  readonly minutes: number | undefined;
  /** Breaks the store on purpose, to see that the campaign finds it. */
  readonly sabotage: boolean;
  /** Lets the clients of Redis send again by themselves what was under way when a connection broke. */
  readonly resends: boolean;
}

export const USAGE = `Usage: npm run campaign -- <${CAMPAIGNS.join('|')}|all> [--seed <whole number>]
  [--size ${Object.keys(SIZES).join('|')}] [--scale <share of the full size>] [--ci] [--store ${STORES.join('|')}|all]
  [--scenario <name>]… [--minutes <number>] [--sabotage] [--resends]`;

/** @throws TypeError that says what is wrong */
export function parseCampaignArguments(args: readonly string[]): CampaignArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      size: { type: 'string', default: 'small' },
      scale: { type: 'string' },
      ci: { type: 'boolean', default: false },
      store: { type: 'string', multiple: true, default: ['all'] },
      scenario: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string' },
      sabotage: { type: 'boolean', default: false },
      resends: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new TypeError('name one campaign');
  return {
    campaigns: namesOf('campaign', positionals, CAMPAIGNS),
    seed: toSeed(values.seed),
    scale: toScale(values),
    stores: namesOf('store', values.store, STORES),
    scenarios: values.scenario,
    minutes: values.minutes === undefined ? undefined : toPositive('--minutes', values.minutes),
    sabotage: values.sabotage,
    resends: values.resends,
  };
}

function namesOf<Name extends string>(
  what: string,
  given: readonly string[],
  known: readonly Name[],
): readonly Name[] {
  const unknown = given.find((name) => name !== 'all' && !known.includes(name as Name));
  if (unknown !== undefined) throw new TypeError(`there is no ${what} "${unknown}"`);
  return known.filter((name) => given.includes('all') || given.includes(name));
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new TypeError('--seed must be a whole number');
  return seed;
}

function toScale({ scale, size, ci }: { scale?: string; size: string; ci: boolean }): number {
  if (scale !== undefined) return toPositive('--scale', scale);
  const named = SIZES[ci ? 'ci' : size];
  if (named === undefined) throw new TypeError(`there is no size "${size}"`);
  return named;
}

function toPositive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new TypeError(`${option} must be a number above 0`);
  return number;
}
