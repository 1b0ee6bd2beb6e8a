/** What each entry weighs beside its budget: minified and compressed by gzip, 1 kB being 1,000 bytes. @module */
import { compressedSize } from '../bench/groups/bundle-size.mjs';
import { publishedWorkspaces, ROOT, type Workspace } from './workspaces.ts';

/** In kB. */
export interface Budget {
  /** What the entry's own code may weigh, without what it loads on demand. */
  readonly budget: number;
  /** What was aimed at, where the budget is above it. */
  readonly target?: number;
}

/** One entry, in bytes. */
export interface EntrySize {
  readonly entry: string;
  /** Its own code. */
  readonly own: number;
  /** Its own code with what it loads on demand. */
  readonly all: number;
  /** All of it with its dependencies, but not the framework or client that the app brings. */
  readonly total: number;
}

const KILOBYTE = 1_000;

/** What an entry without a line of its own may weigh: an adapter. */
const OTHERS: Budget = { budget: 2 };

/** The sizes of every entry; the packages have to be built. */
export async function measureEntries(root: string = ROOT): Promise<readonly EntrySize[]> {
  const sizes = [];
  for (const { name, dependencies, peers } of publishedWorkspaces(root).flatMap(entriesOf)) {
    const own = await compressedSize(name, { external: [...dependencies, ...peers] });
    const total = await compressedSize(name, { external: peers });
    sizes.push({ entry: name, own: own.atOnce, all: own.all, total: total.all });
  }
  return sizes;
}

/** What is over its budget, and budgets for what is not there. */
export function sizeProblems(
  sizes: readonly EntrySize[],
  budgets: Readonly<Record<string, Budget>>,
): readonly string[] {
  const over = sizes.flatMap(({ entry, own }) => {
    const { budget } = budgets[entry] ?? OTHERS;
    return own <= budget * KILOBYTE
      ? []
      : [
          `${entry}: ${kilobytes(own)} kB of its own code, compressed; its budget in tooling/packages/budgets.json is ${budget} kB`,
        ];
  });
  const unknown = Object.keys(budgets).filter((name) => sizes.every(({ entry }) => entry !== name));
  return [
    ...over,
    ...unknown.map((name) => `${name}: a budget in tooling/packages/budgets.json for no entry`),
  ];
}

/** The sizes as a table for people. */
export function sizeTable(sizes: readonly EntrySize[], budgets: Readonly<Record<string, Budget>>): string {
  const rows = sizes.map(({ entry, own, all, total }) => {
    const { budget, target } = budgets[entry] ?? OTHERS;
    const aim = target === undefined ? '' : `  aimed at: ${target}`;
    return `${entry.padEnd(30)}${[own, all, total].map((bytes) => kilobytes(bytes).padStart(12)).join('')}${String(budget).padStart(9)}${aim}`;
  });
  const head = `${'kB, compressed'.padEnd(30)}${['own code', '+ on demand', '+ depends'].map((title) => title.padStart(12)).join('')}${'budget'.padStart(9)}`;
  return [head, ...rows].join('\n');
}

function kilobytes(bytes: number): string {
  return (bytes / KILOBYTE).toFixed(2);
}

function entriesOf({
  manifest,
}: Workspace): readonly { name: string; dependencies: string[]; peers: string[] }[] {
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const peers = Object.keys(manifest.peerDependencies ?? {});
  return Object.keys(manifest.exports ?? {}).map((subpath) => ({
    name: manifest.name + subpath.slice(1),
    dependencies,
    peers,
  }));
}
