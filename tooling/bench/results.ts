import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './environment.ts';
import type { Figure, Ratio } from './figures.ts';
import { renderMarkdown } from './render/markdown.ts';
import { renderSvg } from './render/svg.ts';

/** Everything that one run found. */
export interface Results {
  /** ISO 8601, of the end of the run. */
  readonly date: string;
  readonly pace: 'quick' | 'full';
  readonly environment: Environment;
  readonly figures: readonly Figure[];
  readonly ratios: readonly Ratio[];
}

/** What is committed and quoted: full runs of all groups alone. */
export const COMMITTED: string = fileURLToPath(new URL('../../bench', import.meta.url));

/** What else was measured: for looking at. */
export const LAST: string = fileURLToPath(new URL('.last', import.meta.url));

/** Writes `results.json`, `results.md` and `results.svg`. */
export function writeResults(folder: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  const json = JSON.stringify(
    results,
    (_name, value) => (typeof value === 'number' ? round(value) : value),
    2,
  );
  writeFileSync(join(folder, 'results.json'), `${json}\n`);
  writeFileSync(join(folder, 'results.md'), renderMarkdown(results));
  writeFileSync(join(folder, 'results.svg'), renderSvg(results.figures));
}

/** The result of an earlier run; `undefined` where there is none. */
export function readResults(folder: string): Results | undefined {
  const path = join(folder, 'results.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** To four significant digits: more is noise. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
