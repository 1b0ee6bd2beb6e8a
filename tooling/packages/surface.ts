/**
 * What apps see of the packages, as a check: what each says of itself, which names it exports, what it weighs, and that all are released
 * together. `npm run surface -- --accept` takes the exported names as they are.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { compareLines, listExports, toLines } from './exports.ts';
import { manifestProblems } from './manifests.ts';
import { groupProblems } from './release-group.ts';
import { type Budget, measureEntries, sizeProblems, sizeTable } from './sizes.ts';
import { ROOT } from './workspaces.ts';

const EXPORTS = join(ROOT, 'tooling/packages/exports.txt');
const ACCEPT = 'npm run surface -- --accept';

const names = toLines(listExports());
if (process.argv.includes('--accept')) {
  writeFileSync(EXPORTS, `${names.join('\n')}\n`);
} else {
  const budgets = JSON.parse(readFileSync(join(ROOT, 'tooling/packages/budgets.json'), 'utf8')) as Record<
    string,
    Budget
  >;
  const sizes = await measureEntries();
  console.log(sizeTable(sizes, budgets));
  const problems = [
    ...manifestProblems(),
    ...groupProblems(),
    ...exportsProblems(),
    ...sizeProblems(sizes, budgets),
  ];
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function exportsProblems(): readonly string[] {
  const changes = compareLines(readFileSync(EXPORTS, 'utf8').trimEnd().split('\n'), names);
  if (changes.length === 0) return [];
  return [
    `The exported names are not those in tooling/packages/exports.txt. If that is meant: ${ACCEPT}, and say so in a changeset.`,
    ...changes,
  ];
}
