// Tokenpair beside its peers: `npm run bench -- [--quick] [--check] [--only <group>]` (docs/performance.md). The peers are in a lockfile of this
// folder, installed when it is new, so that nobody else has to. Node built-ins only; has to run on Node 20.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '../..');
const stamp = join(folder, 'node_modules/.tokenpair-lock');
const packaged = join(root, 'node_modules/.bin/node');
const node = existsSync(packaged) ? packaged : process.execPath;

install();
build();
const child = spawn(node, [join(folder, 'main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
child.on('error', (error) => fail(error.message));
child.on('exit', (code) => process.exit(code ?? 1));

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing the peers (npm ci in tooling/bench) ...');
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) fail('The peers could not be installed.');
  writeFileSync(stamp, lock);
}

function build() {
  if (!existsSync(join(root, 'node_modules'))) fail('Run `npm ci` in the root of the repository first.');
  if (spawnSync(node, [join(root, 'tooling/build.mjs')], { stdio: 'inherit' }).status !== 0)
    fail('Tokenpair does not build.');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
