/** What it costs to have Tokenpair: the time of its import in a fresh process, and the size of its own code. @module */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { compressedSize } from './bundle-size.mjs';

const GROUP = 'import';
const SIZE = 'size';
const KILOBYTE = 1_000;

/** What is imported, by the name of the figure. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  '@tokenpair/core': ['@tokenpair/core'],
  'jose/jwt/verify and jose/jwt/sign': ['jose/jwt/verify', 'jose/jwt/sign'],
  jose: ['jose'],
  'fast-jwt': ['fast-jwt'],
  jsonwebtoken: ['jsonwebtoken'],
};
const [OWN, JOSE] = ['@tokenpair/core', 'jose/jwt/verify and jose/jwt/sign'];

/** By these a Worker chooses its files, and so gets jose. */
const WORKERD = ['workerd', 'worker', 'browser', 'import', 'default'];

/** The entry that every app has, and some beside it. */
const ENTRIES = [
  '@tokenpair/core',
  '@tokenpair/core/verifier',
  '@tokenpair/core/fetch',
  '@tokenpair/core/memory',
];

export const importCost: Group = {
  name: GROUP,
  parts: ['time and size'],
  async measure(_part, pace): Promise<Measured> {
    const times = await measureImports(pace);
    const sizes = await measureSizes();
    const timed = Object.entries(times).map(([name, samples]) =>
      toFigure({ group: GROUP, name: `time: ${name}`, unit: 'ms' }, samples),
    );
    return { figures: [...timed, ...sizes], ratios: ratiosOf(times, sizes) };
  },
};

type Times = Readonly<Record<string, number[]>>;

async function measureImports({ quick }: Pace): Promise<Times> {
  const entries = Object.entries(IMPORTS);
  const times: Record<string, number[]> = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (const [, specifiers] of entries) await importTime(specifiers); // into the system's cache
  for (let round = 0; round < (quick ? 7 : 21); round += 1) {
    for (let at = 0; at < entries.length; at += 1) {
      const [name = '', specifiers = []] = entries[(at + round) % entries.length] ?? [];
      times[name]?.push(await importTime(specifiers));
    }
  }
  return times;
}

/** Milliseconds from the first statement of a fresh process to the last module being evaluated. */
async function importTime(specifiers: readonly string[]): Promise<number> {
  const imports = specifiers.map((specifier) => `await import('${specifier}');`).join(' ');
  const program = `const start = performance.now(); ${imports} process.stdout.write(String(performance.now() - start));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  return Number(stdout);
}

async function measureSizes(): Promise<Figure[]> {
  const figures = [];
  for (const entry of ENTRIES) {
    const own = await compressedSize(entry, { external: ['jose', 'lru-cache'] });
    const total = await compressedSize(entry);
    figures.push(
      sizeFigure(`compressed: ${entry}, own code`, own.atOnce),
      sizeFigure(`compressed: ${entry}, own code with what is loaded on demand`, own.all),
      sizeFigure(`compressed: ${entry}, total`, total.all),
    );
  }
  const elsewhere = await compressedSize(OWN, { conditions: WORKERD });
  return [...figures, sizeFigure(`compressed: ${OWN}, total without node:crypto`, elsewhere.all)];
}

function sizeFigure(name: string, bytes: number): Figure {
  return toFigure({ group: SIZE, name, unit: 'bytes' }, [bytes]);
}

function ratiosOf(times: Times, sizes: readonly Figure[]): Ratio[] {
  const bytes = (name: string): number => sizes.find((size) => size.name === name)?.median ?? Number.NaN;
  const all = bytes(`compressed: ${OWN}, own code with what is loaded on demand`) / KILOBYTE;
  const total = bytes(`compressed: ${OWN}, total`) / KILOBYTE;
  const elsewhere = bytes(`compressed: ${OWN}, total without node:crypto`) / KILOBYTE;
  return [
    toRatio(ratioOfRounds(times[OWN] ?? [], times[JOSE] ?? []), {
      group: GROUP,
      name: `import of ${OWN} over that of ${JOSE}`,
      lowerIsBetter: true,
      target: 1.3,
    }),
    toRatio(bytes(`compressed: ${OWN}, own code`) / KILOBYTE, {
      group: SIZE,
      name: `own code of ${OWN}, compressed, kB`,
      lowerIsBetter: true,
      target: 16,
      // A size is the same at every run.
      slack: 0,
      note: `${all.toFixed(1)} kB with what is loaded on demand, ${total.toFixed(1)} kB with what it uses on Node, ${elsewhere.toFixed(1)} kB with jose where there is no node:crypto`,
    }),
  ];
}
