// The way in: `npm start` and `npm test` come here, in a fresh clone too. Installs when the lockfile changed, builds what
// changed, and runs the rest with the Node that the lockfile brings, whatever Node the machine has. Node built-ins only;
// has to run on Node 20.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const stamp = join(modules, '.tokenpair-lock');
const OLDEST_NODE = [22, 13];
const PARENT_CHECK_MS = 200;

const commands = {
  start: (args) => run(ready(), [join(root, 'examples/express/dist/main.js'), ...args]),
  test: (args) => run(ready(), [join(modules, 'vitest/vitest.mjs'), 'run', ...args]),
  stamp: writeStamp,
};

/** Installed, checked and built; the Node to run with. */
function ready() {
  install();
  const node = findNode();
  checkVersion(node);
  build(node);
  return node;
}

function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return;
  console.error('Installing dependencies (npm ci), since package-lock.json is new or has changed ...');
  // Not with the Node in node_modules, which npm is about to replace.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')));
  succeed('npm', ['ci', '--include=dev', '--loglevel=error'], {
    shell: windows,
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  writeStamp();
}

/** Also the root's `postinstall`, so that an `npm install` by hand is not followed by an `npm ci` here. */
function writeStamp() {
  writeFileSync(stamp, lockHash());
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** The lockfile brings Node for Linux and Windows; on macOS one's own serves. */
function findNode() {
  const own = join(bin, windows ? 'node.exe' : 'node');
  return existsSync(own) ? own : process.execPath;
}

function checkVersion(node) {
  const version =
    node === process.execPath ? process.versions.node : output(node, ['-p', 'process.versions.node']);
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Tokenpair needs Node ${OLDEST_NODE.join('.')} or newer; this is ${version} (${node}). Install a newer one and try again.`,
  );
}

function build(node) {
  succeed(node, [join(root, 'tooling/build.mjs')]);
}

/** Runs in the foreground, hands signals on, and ends as the child ends. */
function run(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: childEnv() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole foreground group: the child has it already, and a second one would cut its drain short.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  endWithParent(child);
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

/** The shell that npm puts between itself and this process dies of a signal without handing it on. */
function endWithParent(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  timer.unref();
}

function succeed(command, args, options) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: childEnv(),
    ...options,
  });
  if (error !== undefined) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 128 + constants.signals[signal]);
}

function output(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
}

function childEnv() {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? ''))
  fail(`Usage: node tooling/run.mjs <${Object.keys(commands).join(' | ')}> [arguments]`);
commands[name](args);
