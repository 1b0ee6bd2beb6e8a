/**
 * The packages as they would be published, in apps: packed, installed once, and used by `import`, by `require`, through a bundler and from
 * TypeScript, on every Node that they are meant for. `npm run tarballs`; the last line is `N passed, N failed`.
 *
 * @module
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { installRuntimes } from '../runtimes/install.mjs';
import { missing, ownNode, runtimes } from '../runtimes/runtimes.mjs';
import { bundleFixture } from './bundle-fixture.ts';
import { contentProblems } from './contents.ts';
import { readmeBlocks, writeBlocks } from './readme-blocks.ts';
import { createResults, type Result, settle } from './results.ts';
import { runProgram } from './run-program.ts';
import { makeStage } from './stage.ts';
import { ROOT } from './workspaces.ts';

const EXPORTS = join(ROOT, 'tooling/packages/exports.txt');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const FIXTURES: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['import', ['out/main.mjs', EXPORTS]],
  ['require', ['out/main.cjs', EXPORTS]],
  ['bundle', ['alone/main.mjs']],
];
const KEYS = ['node_modules/@tokenpair/cli/dist/main.js', 'keys', 'generate', '--keys'];

const results = createResults(process.env['REQUIRE_SERVICES'] === '1', (line) => console.log(line));
installRuntimes();
const stage = realpathSync(mkdtempSync(join(tmpdir(), 'tokenpair-tarballs-')));
try {
  await tryTarballs(stage);
} catch (error) {
  results.report('the packages are installed', [{ name: 'npm ci', error: String(error) }]);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
process.exitCode = results.end();

async function tryTarballs(folder: string): Promise<void> {
  const tarballs = await makeStage(folder);
  results.report(
    'what is in the tarballs',
    tarballs.map((tarball) => {
      const problems = contentProblems(tarball, join(folder, 'node_modules', tarball.name));
      return { name: tarball.name, ...(problems.length > 0 && { error: problems.join('\n    ') }) };
    }),
  );
  const blocks = readmeBlocks();
  writeBlocks(blocks, folder);
  await compile(folder);
  const bundled = bundleFixture(folder);
  const runnable = blocks.filter(({ runs }) => runs).map(({ name }) => name);
  const programs = runFixture(ownNode, ['out/readme.mjs', ...runnable], folder);
  results.report('rolldown', await settle({ 'all in one': bundled }));
  results.report('the programs of the READMEs', await programs);
  for (const { name, engine, program } of runtimes) {
    if (!name.startsWith('node ') || engine !== 'node') continue;
    const absent = missing({ name, program });
    if (absent === undefined) await tryOn(name, program, folder);
    else results.miss(name, absent);
  }
}

/** The fixtures and the READMEs against the declarations that were installed. */
async function compile(folder: string): Promise<void> {
  const tsc = (project: string): Promise<string> => runProgram(ownNode, [TSC, '-p', project], folder);
  const work = { nodenext: tsc('tsconfig.json'), bundler: tsc('tsconfig.bundler.json') };
  results.report('TypeScript, with the READMEs', await settle(work));
}

async function tryOn(name: string, program: string, folder: string): Promise<void> {
  const command = settle({ 'keys generate': runProgram(program, [...KEYS, `${name}.json`], folder) });
  const fixtures = FIXTURES.map(([, args]) => runFixture(program, args, folder));
  for (const [index, [fixture]] of FIXTURES.entries())
    results.report(`${fixture} on ${name}`, (await fixtures[index]) ?? []);
  results.report(`tokenpair on ${name}`, await command);
}

async function runFixture(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<readonly Result[]> {
  try {
    return JSON.parse(await runProgram(program, args, folder)) as readonly Result[];
  } catch (error) {
    return [{ name: 'the fixture ran', error: String(error) }];
  }
}
