import type { Figure, Ratio } from '../figures.ts';
import { toRatio } from '../statistics.ts';
import { measureEndpoint } from './endpoint.ts';
import { measurePostgres, POSTGRES, POSTGRES_LONE } from './rotation-postgres.ts';
import { measureRedis, REDIS, REDIS_CLIENTS } from './rotation-redis.ts';
import { measureSqlite, SQLITE } from './rotation-sqlite.ts';

/** How many times the seconds of one part the parts take together. */
const PARTS = [measureSqlite, measurePostgres, measureRedis, measureEndpoint] as const;

/** Measures rotations in every store beside what they are compared with, and the whole refresh beside its parts. */
export async function measureRotation({ seconds }: { seconds: number }): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const measure of PARTS) figures.push(...(await measure(seconds / PARTS.length)));
  return figures;
}

interface Comparison {
  readonly group: string;
  readonly of: string;
  readonly over: string;
  readonly target?: number;
}

const COMPARISONS: readonly Comparison[] = [
  { group: SQLITE, of: 'sqliteStore', over: 'one UPDATE and one commit each', target: 8 },
  { group: POSTGRES, of: 'postgresStore', over: 'a pool of 10, one prepared UPDATE each', target: 4 },
  { group: POSTGRES_LONE, of: 'postgresStore', over: 'a pool of 10, one prepared UPDATE each' },
  ...REDIS_CLIENTS.flatMap((client) => [
    { group: REDIS, of: `redisStore, ${client}`, over: `its own script bare, ${client}`, target: 0.9 },
    { group: REDIS, of: `redisStore, ${client}`, over: `the least script, ${client}` },
  ]),
];

/** The ratios that the figures of {@link measureRotation} are held to. */
export function rotationRatios(figures: readonly Figure[]): Ratio[] {
  return COMPARISONS.flatMap(({ group, of, over, target }) => {
    const medianOf = (name: string): number | undefined =>
      figures.find((figure) => figure.group === group && figure.name === name)?.median;
    const [above, below] = [medianOf(of), medianOf(over)];
    if (above === undefined || below === undefined) return [];
    const held = target !== undefined && { target };
    return [toRatio(above / below, { group, name: `${of} over ${over}`, lowerIsBetter: false, ...held })];
  });
}
