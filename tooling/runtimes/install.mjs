// The runtimes that are in this folder's lockfile: installed when that is new. Node built-ins only; has to run on Node 20.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { folder } from './runtimes.mjs';

const stamp = join(folder, 'node_modules/.tokenpair-lock');

/** What cannot be installed is missing afterwards, and said so by whoever starts it. */
export function installRuntimes() {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing the runtimes (npm ci in tooling/runtimes) ...');
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: withoutModules(process.env.PATH ?? '') },
  });
  if (status === 0) writeFileSync(stamp, lock);
}

/** `npm ci` removes the folder that a Node of ours may come from. */
function withoutModules(path) {
  return path
    .split(delimiter)
    .filter((each) => !each.startsWith(folder))
    .join(delimiter);
}
