// Mutation testing: changes one thing at a time in the modules that stand between an attacker and an accepted token, and counts
// how many changes the tests notice. `npm run mutation -- [--module NAME] [--jobs N] [--survivors]`; a change that takes too long
// counts as noticed. Works on a copy in the temporary folder.
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readEquivalents } from './equivalents.mjs';
import { MODULES } from './modules.mjs';
import { applyMutant, describeMutant, findMutants } from './mutants.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['packages', 'tooling', 'package.json', 'vitest.config.ts', 'tsconfig.base.json'];
/** A change may make the tests this much slower before it counts as noticed: a loop that never ends. */
const SLOWDOWN = 5;
const MIN_TIMEOUT_MS = 8000;

const { values } = parseArgs({
  options: {
    module: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    survivors: { type: 'boolean', default: false },
  },
});

const modules = MODULES.filter(
  ({ path }) => values.module.length === 0 || values.module.some((name) => path.includes(name)),
);
const equivalents = readEquivalents();
const usable = new Map();
const timeouts = new Map();
const started = Date.now();
const queue = modules.flatMap((module) => {
  const path = `packages/core/src/${module.path}`;
  const text = readFileSync(join(root, path), 'utf8');
  return findMutants(path, text).map((mutant) => ({ module, path, text, mutant, result: 'waiting', by: '' }));
});
for (const task of queue) {
  const description = describeMutant(task.text, task.mutant);
  const reason = equivalents.take(task.module.path, description);
  Object.assign(task, { description, reason, result: reason === undefined ? 'waiting' : 'equivalent' });
}

await checkBaseline();
await Promise.all(Array.from({ length: Number(values.jobs) }, () => work()));
report();

/** Only files that pass on the code as it is can say anything: the others are left out, and the run fails for it. */
async function checkBaseline() {
  const copy = makeCopy();
  const worker = await startWorker(copy);
  for (const module of modules) {
    const path = `packages/core/src/${module.path}`;
    const text = readFileSync(join(root, path), 'utf8');
    const start = Date.now();
    const passing = [];
    for (const test of module.tests) {
      const { failed } = await judge(worker, copy, {
        path,
        text,
        tests: [test],
        replaced: text,
        timeout: 300_000,
      });
      if (!failed) passing.push(test);
      else {
        console.error(`LEFT OUT for ${module.path}, since it fails on the code as it is: ${test}`);
        process.exitCode = 1;
      }
    }
    usable.set(module, passing);
    timeouts.set(module, Math.max(MIN_TIMEOUT_MS, SLOWDOWN * (Date.now() - start)));
  }
  await stop(worker);
  rmSync(copy, { recursive: true, force: true });
}

async function work() {
  const copy = makeCopy();
  let worker = await startWorker(copy);
  for (let task = next(); task !== undefined; task = next()) {
    const { module, path, text, mutant } = task;
    const answer = await judge(worker, copy, {
      path,
      text,
      tests: usable.get(module),
      replaced: applyMutant(text, mutant),
      timeout: timeouts.get(module),
    });
    if (answer.timedOut) {
      await stop(worker);
      worker = await startWorker(copy);
    }
    task.result = answer.timedOut ? 'timeout' : answer.failed ? 'killed' : 'survived';
    task.by = answer.by ?? '';
    if (task.result === 'survived')
      console.log(`SURVIVED ${module.path}:${mutant.line} [${mutant.operator}] ${task.description}`);
  }
  await stop(worker);
  rmSync(copy, { recursive: true, force: true });
}

function next() {
  const task = queue.find(({ result }) => result === 'waiting');
  if (task !== undefined) task.result = 'running';
  return task;
}

function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), 'tokenpair-mutation-'));
  for (const path of COPIED) {
    cpSync(join(root, path), join(copy, path), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|dist)(?:[\\/]|$)/.test(source.slice(root.length)),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function startWorker(copy) {
  const vectors = join(root, '../shared/vectors');
  const env = existsSync(vectors) ? { VECTORS_DIR: vectors, ...process.env } : process.env;
  const worker = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), [copy], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(worker));
    worker.once('exit', (code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
  });
}

function judge(worker, copy, { path, text, tests, replaced, timeout }) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle({ timedOut: true, failed: true, by: 'timeout' }), timeout);
    const settle = (answer) => {
      clearTimeout(timer);
      worker.removeAllListeners('message');
      resolve(answer);
    };
    worker.on('message', settle);
    worker.send({ id: 0, path: join(copy, path), text: replaced, original: text, tests });
  });
}

/** The worker leads a process group of its own: its vitest may hang in a loop that only a kill ends. */
function stop(worker) {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  return new Promise((resolve) => {
    worker.removeAllListeners('exit');
    worker.once('exit', resolve);
    process.kill(-worker.pid, 'SIGKILL');
  });
}

function report() {
  const rows = modules.map(({ path, target }) => {
    const tasks = queue.filter((task) => task.module.path === path);
    const count = (result) => tasks.filter((task) => task.result === result).length;
    const [killed, timeout, survived, equivalent] = ['killed', 'timeout', 'survived', 'equivalent'].map(
      count,
    );
    const judged = killed + timeout + survived;
    const score = judged === 0 ? 100 : ((killed + timeout) / judged) * 100;
    return { path, mutants: tasks.length, killed, timeout, survived, equivalent, score, target };
  });
  console.log(
    '\n| module | mutants | killed | timeout | survived | equivalent | score |\n| --- | --: | --: | --: | --: | --: | --: |',
  );
  for (const row of rows)
    console.log(
      `| ${row.path} | ${row.mutants} | ${row.killed} | ${row.timeout} | ${row.survived} | ${row.equivalent} | ${row.score.toFixed(1)} % |`,
    );
  console.log(`\n${queue.length} mutants in ${Math.round((Date.now() - started) / 1000)} s`);
  for (const { path, description } of values.module.length === 0 ? equivalents.unused() : [])
    console.error(`equivalents.json: no such mutant any more: ${path}: ${description}`);
  if (rows.some(({ score, target }) => score < target)) process.exitCode = 1;
}
