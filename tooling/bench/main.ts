// `npm run bench -- [--quick] [--check] [--only <group>]`: measures, prints a table, and keeps or compares the result. docs/performance.md.
import { join } from 'node:path';
import process from 'node:process';
import { type BenchArguments, parseArguments } from './arguments.ts';
import { compareRatios, missingRatios } from './check.ts';
import { readEnvironment } from './environment.ts';
import { ALONE, findGroup, GROUP_NAMES } from './groups.ts';
import { measurePart } from './measure-part.ts';
import { renderComparisons } from './render/comparisons.ts';
import { renderMarkdown } from './render/markdown.ts';
import { COMMITTED, LAST, type Results, readResults, writeResults } from './results.ts';

const options = readOptions();
const environment = readEnvironment();
const failures: string[] = [];
const measured = [];

for (const name of options.groups) {
  for (const part of (await findGroup(name)).parts) {
    const start = performance.now();
    try {
      measured.push(await measurePart(name, part, options));
    } catch (error) {
      failures.push(String(error));
    }
    console.error(`${name} ${part}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}

const results: Results = {
  date: new Date().toISOString(),
  pace: options.quick ? 'quick' : 'full',
  environment,
  figures: measured.flatMap(({ figures }) => figures),
  ratios: measured.flatMap(({ ratios }) => ratios),
};
console.log(renderMarkdown(results));
keep();
if (options.check) check();
for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

function readOptions(): BenchArguments {
  try {
    return parseArguments(process.argv.slice(2), GROUP_NAMES, ALONE);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('Usage: npm run bench -- [--quick] [--check] [--only <group>]');
    process.exit(2);
  }
}

/** Only a whole run may take the place of a committed result. */
function keep(): void {
  const isKept = !options.quick && !options.check && failures.length === 0;
  const folder = (isKept && committedFolder()) || LAST;
  writeResults(folder, results);
  console.log(`Written to ${folder}.`);
}

/** Where the groups of this run are kept, if they are all of what is kept there. */
function committedFolder(): string | undefined {
  const measuredNow = options.groups.join();
  if (measuredNow === ALONE) return join(COMMITTED, ALONE);
  return measuredNow === GROUP_NAMES.filter((name) => name !== ALONE).join() ? COMMITTED : undefined;
}

function check(): void {
  const committed = readResults(COMMITTED);
  if (committed === undefined) {
    failures.push('there is no committed result to compare with: make one with a full run');
    return;
  }
  const comparisons = compareRatios(results.ratios, committed.ratios);
  console.log(renderComparisons(comparisons, committed.date));
  failures.push(
    ...comparisons.filter(({ passes }) => !passes).map(({ name }) => `worse than committed: ${name}`),
    ...missingRatios(results.ratios, committed.ratios, options.groups).map((name) => `not measured: ${name}`),
  );
}
