// Core's build on every runtime it is meant for: `node tooling/runtimes/run.mjs`. Installs this folder when its lockfile is new,
// builds core, runs the suite on each runtime, lets Node verify what the others issued, and ends with `N passed, N failed`.
// A runtime that is not there is named; with REQUIRE_SERVICES=1 it is a failure. Node built-ins only; has to run on Node 20.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { installRuntimes } from './install.mjs';
import { folder, missing, ownNode, root, runtimes } from './runtimes.mjs';

const TIMEOUT_MS = 120_000;
const isRequired = process.env.REQUIRE_SERVICES === '1';

const total = { passed: 0, failed: 0 };

installRuntimes();
build();
const fixtures = JSON.parse(await output(ownNode, [join(folder, 'node-side.mjs'), 'fixtures']));
const tokens = {};
for (const runtime of runtimes) await runOn(runtime);
await verifyOnNode();
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

function build() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) fail('Run `npm ci` in the root of the repository first.');
  const { status } = spawnSync(ownNode, [tsc, '-b', join(root, 'packages/core')], { stdio: 'inherit' });
  if (status !== 0) fail('Core does not build.');
}

async function runOn(runtime) {
  const label = `${runtime.name} on ${runtime.engine}`;
  const absent = missing(runtime);
  if (absent !== undefined) return report(label, { missing: absent });
  const started = performance.now();
  try {
    const input = JSON.stringify({ ...fixtures, engine: runtime.engine });
    const {
      version,
      results,
      tokens: issued,
    } = JSON.parse(await output(runtime.program, runtime.args, input));
    tokens[label] = issued;
    report(label, { version, results, ms: performance.now() - started });
  } catch (error) {
    report(label, { results: [{ name: 'the suite ran', error: error.message }] });
  }
}

async function verifyOnNode() {
  const input = JSON.stringify({ fixtures, tokens });
  const refused = JSON.parse(await output(ownNode, [join(folder, 'node-side.mjs'), 'verify'], input));
  const results = Object.entries(refused).map(([label, algorithms]) => ({
    name: `what ${label} issued`,
    error: algorithms.length === 0 ? undefined : `not taken: ${algorithms.join(', ')}`,
  }));
  report('node 24 verifies the tokens of all', { results });
}

function report(label, { version = '', results = [], ms, missing: absent }) {
  if (absent !== undefined) {
    if (isRequired) total.failed += 1;
    console.log(`${label.padEnd(36)} MISSING${isRequired ? '' : ', skipped'}: ${absent}`);
    return;
  }
  const failures = results.filter(({ error }) => error !== undefined);
  total.passed += results.length - failures.length;
  total.failed += failures.length;
  const counts = `${results.length - failures.length} passed, ${failures.length} failed`;
  const time = ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`;
  console.log(`${`${label} ${version && `(${version})`}`.padEnd(36)} ${counts.padEnd(22)} ${time}`.trimEnd());
  for (const { name, error } of failures) console.log(`  FAILED ${name}\n    ${error}`);
}

/** What a program writes to standard output; rejects with its other output unless it exits with 0. */
function output(program, args, input = '') {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
    const child = spawn(program, args, { cwd: folder, env, timeout: TIMEOUT_MS });
    const text = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text.out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      text.err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(text.out);
      else reject(new Error(`${program} ended with ${signal ?? code}: ${text.err.slice(-2000)}`));
    });
    // A child that dies early closes its input; how it ended says more.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function fail(message) {
  console.error(message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
