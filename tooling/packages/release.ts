/**
 * `npm run release`: builds, checks and publishes what `npm run release:version` has made of the changesets. Refuses where that could not be traced.
 * `npm run release -- --dry [--files]` shows the next release, changes nothing and needs no network.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { planRelease } from './release-plan.ts';
import { changedFiles, refusalOf } from './release-refusal.ts';
import { describeRelease } from './release-text.ts';
import { ROOT } from './workspaces.ts';

/** In this order; the first that fails ends it. The last one publishes what the registry has not got. */
const STEPS: readonly (readonly string[])[] = [
  ['npm', 'run', 'build'],
  ['npm', 'run', 'check:packages'],
  ['npm', 'run', 'surface'],
  ['npm', 'run', 'tarballs'],
  ['npx', 'changeset', 'publish', '--no-git-tag'],
];

const { values } = parseArgs({ options: { dry: { type: 'boolean' }, files: { type: 'boolean' } } });
process.exitCode = values.dry ? await show(values.files ?? false) : publish();

async function show(showFiles: boolean): Promise<number> {
  const code = run([process.execPath, 'tooling/build.mjs']);
  if (code !== 0) return code;
  console.log(describeRelease(await planRelease(ROOT), showFiles));
  const changed = changedFiles(ROOT).length;
  if (changed > 0) console.log(`\nThis is with ${changed} files that are not committed.`);
  return 0;
}

function publish(): number {
  const refusal = refusalOf(ROOT, process.env);
  if (refusal !== undefined) {
    console.error(`release: ${refusal}`);
    return 1;
  }
  for (const step of STEPS) {
    const code = run(step);
    if (code !== 0) return code;
  }
  return 0;
}

function run([command = '', ...args]: readonly string[]): number {
  const shell = process.platform === 'win32';
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell });
  return status ?? 1;
}
