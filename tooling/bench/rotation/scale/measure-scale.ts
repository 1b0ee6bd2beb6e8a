import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@tokenpair/core';
import type { Figure, Ratio } from '../../figures.ts';
import { toFigure, toRatio } from '../../statistics.ts';
import { measureRates } from '../rates.ts';
import { IN_USE, waysOn } from './costs.ts';
import type { Stage } from './stage.ts';
import { STAGES } from './stages.ts';

/** What is measured. */
export interface ScaleOptions {
  /** Live sessions. @default [1_000, 100_000, 1_000_000] */
  readonly sizes?: readonly number[];
  /** Bytes of an app's own claims in JSON. @default [64, 512, 4_096] */
  readonly claims?: readonly number[];
  /** @default every store */
  readonly stores?: readonly string[];
  /** For the calls of one store, filling it not counted. */
  readonly seconds: number;
}

const SIZES = [1_000, 100_000, 1_000_000];
const CLAIMS = [64, 512, 4_096];
const WITH_CLAIMS = 2_000;
const IN_FLIGHT = 16;

/**
 * What a session takes and what verify, guard, refresh and revoke cost, by the number of live sessions and by the length of their claims. The
 * stores of all sizes stand beside each other, so that they are measured in interleaved rounds.
 */
export async function measureScale(options: ScaleOptions): Promise<Figure[]> {
  const { sizes = SIZES, claims = CLAIMS, stores = Object.keys(STAGES), seconds } = options;
  const figures: Figure[] = [];
  for (const store of stores) {
    const bySize = sizes.map((count) => ({ count, label: sessionsIn(count) }));
    const byClaims = claims.map((bytes) => ({
      count: WITH_CLAIMS,
      label: `${bytes} B of claims`,
      data: claimsOf(bytes),
    }));
    figures.push(...(await measureStages(store, `scale, ${store}`, bySize, seconds / 2)));
    figures.push(...(await measureStages(store, `claims, ${store}`, byClaims, seconds / 2)));
  }
  return figures;
}

interface Filling {
  readonly count: number;
  readonly label: string;
  readonly data?: JsonObject;
}

async function measureStages(
  store: string,
  group: string,
  fillings: readonly Filling[],
  seconds: number,
): Promise<Figure[]> {
  const open = STAGES[store];
  if (open === undefined) throw new TypeError(`there is no store ${store}`);
  const stages: Stage[] = [];
  try {
    const [ways, figures]: [Awaited<ReturnType<typeof waysOn>>, Figure[]] = [[], []];
    for (const { count, label, data } of fillings) {
      const stage = await open();
      stages.push(stage);
      await stage.fill(count, data);
      const each = (await stage.bytes()) / count;
      figures.push(toFigure({ group, name: `bytes a session, ${label}`, unit: 'bytes' }, [each]));
      ways.push(...(await waysOn(stage.store, label, data)));
    }
    const rates = await measureRates(ways, { group, inFlight: IN_FLIGHT, sessions: IN_USE, seconds });
    return [...figures, ...rates.map(toTime)];
  } finally {
    for (const stage of stages) await stage.close();
  }
}

/** A rate as the time of one call. */
function toTime(figure: Figure): Figure {
  return { ...figure, unit: 'us', median: 1e6 / figure.median, best: 1e6 / figure.best };
}

/** Of random letters: a database may pack what repeats itself. */
function claimsOf(bytes: number): JsonObject {
  const empty = JSON.stringify({ profile: '' }).length;
  return {
    profile: randomBytes(bytes)
      .toString('base64url')
      .slice(0, bytes - empty),
  };
}

function sessionsIn(count: number): string {
  return `${count.toLocaleString('en')} sessions`;
}

const CALLS = ['verify', 'guard', 'refresh', 'login and revocation'];
const GROWTH = 1.3;

/** What the calls cost with the most sessions against the fewest. */
export function scaleRatios(figures: readonly Figure[], sizes: readonly number[] = SIZES): Ratio[] {
  const [few, many] = [sessionsIn(Math.min(...sizes)), sessionsIn(Math.max(...sizes))];
  const groups = new Set(figures.map(({ group }) => group).filter((group) => group.startsWith('scale')));
  return [...groups].flatMap((group) =>
    CALLS.flatMap((call) => {
      const costOf = (label: string): number | undefined =>
        figures.find((figure) => figure.group === group && figure.name === `${call}, ${label}`)?.median;
      const [above, below] = [costOf(many), costOf(few)];
      if (few === many || above === undefined || below === undefined) return [];
      const name = `${call}, ${many} over ${few}`;
      return [toRatio(above / below, { group, name, lowerIsBetter: true, target: GROWTH })];
    }),
  );
}
