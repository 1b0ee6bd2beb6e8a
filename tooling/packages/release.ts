/**
 * `npm run release -- --dry [--files]` shows the next release, changes nothing and needs no network.
 * `npm run release -- --pack <folder>` builds and packs what `npm run release:version` has made of the changesets; the checks come before it.
 * `node tooling/packages/release.ts --publish <folder>` publishes what was packed there, with nothing installed. Both refuse where that could not be traced.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { packWorkspaces } from './pack.ts';
import { planRelease } from './release-plan.ts';
import { publishTarballs, type RunNpm } from './release-publication.ts';
import { changedFiles, packingRefusalOf, refusalOf } from './release-refusal.ts';
import { describeRelease } from './release-text.ts';
import { ROOT } from './workspaces.ts';

const { values } = parseArgs({
  options: {
    dry: { type: 'boolean' },
    files: { type: 'boolean' },
    pack: { type: 'string' },
    publish: { type: 'string' },
  },
});
const { dry, files = false, pack, publish } = values;

const refusal = await release();
if (refusal !== undefined) {
  console.error(`release: ${refusal}`);
  process.exitCode = 1;
}

/** Why it did not do what was asked for, in a line; or undefined. */
async function release(): Promise<string | undefined> {
  if (dry) return show();
  if (pack !== undefined) return packingRefusalOf(ROOT) ?? packInto(pack);
  if (publish !== undefined) return refusalOf(ROOT, process.env) ?? publishTarballs(publish, ROOT, runNpm);
  return 'it takes --dry, --pack <folder> or --publish <folder>; a tag has the workflow "Release" do the last two.';
}

async function show(): Promise<string | undefined> {
  if (!builds()) return 'the packages do not build.';
  console.log(describeRelease(await planRelease(ROOT), files));
  const changed = changedFiles(ROOT).length;
  if (changed > 0) console.log(`\nThis is with ${changed} files that are not committed.`);
  return undefined;
}

async function packInto(folder: string): Promise<string | undefined> {
  if (!builds()) return 'the packages do not build.';
  mkdirSync(folder, { recursive: true });
  const tarballs = await packWorkspaces(resolve(folder));
  for (const { file } of tarballs.values()) console.log(file);
  return undefined;
}

function builds(): boolean {
  return spawnSync(process.execPath, ['tooling/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

function runNpm(...[args]: Parameters<RunNpm>): ReturnType<RunNpm> {
  const { status, stdout } = spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (args[0] === 'publish') console.log(stdout);
  return { status: status ?? 1, stdout };
}
