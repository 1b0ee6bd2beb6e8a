// The runtimes and how each is started. All but the project's own Node come from this folder's lockfile.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string, engine: 'node' | 'jose', program: string, args: readonly string[] }} Runtime
 */

export const folder = fileURLToPath(new URL('.', import.meta.url));
export const root = join(folder, '../..');

const modules = join(folder, 'node_modules');
const exe = process.platform === 'win32' ? '.exe' : '';
const main = join(folder, 'main.mjs');
/** By this condition core takes the engine that it has for runtimes without node:crypto. */
const jose = '--conditions=workerd';
const bun = ['--no-install'];
const deno = [
  'run',
  '--allow-read',
  '--allow-env',
  '--no-prompt',
  '--cached-only',
  '--node-modules-dir=manual',
];

/** The Node that the project's lockfile brings; on macOS one's own serves. */
export const ownNode = firstExisting([join(root, 'node_modules/.bin', `node${exe}`)]) ?? process.execPath;

/** @type {readonly Runtime[]} */
export const runtimes = [
  { name: 'node 22', engine: 'node', program: packagedNode('node22'), args: [main] },
  { name: 'node 24', engine: 'node', program: ownNode, args: [main] },
  { name: 'node 26', engine: 'node', program: packagedNode('node26'), args: [main] },
  { name: 'bun', engine: 'node', program: join(modules, 'bun/bin/bun.exe'), args: [...bun, main] },
  { name: 'deno', engine: 'node', program: join(modules, `deno/deno${exe}`), args: [...deno, main] },
  { name: 'node 24', engine: 'jose', program: ownNode, args: [jose, main] },
  { name: 'bun', engine: 'jose', program: join(modules, 'bun/bin/bun.exe'), args: [...bun, jose, main] },
  { name: 'deno', engine: 'jose', program: join(modules, `deno/deno${exe}`), args: [...deno, jose, main] },
  { name: 'workerd', engine: 'jose', program: ownNode, args: [join(folder, 'workerd.mjs')] },
];

/** Why a runtime cannot be started, or undefined. */
export function missing({ name, program }) {
  const needed = name === 'workerd' ? join(modules, 'miniflare/package.json') : program;
  return existsSync(needed) ? undefined : `${needed} is not there`;
}

function packagedNode(alias) {
  const name = `${alias}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  return join(modules, name, 'bin', `node${exe}`);
}

function firstExisting(paths) {
  return paths.find((path) => existsSync(path));
}
