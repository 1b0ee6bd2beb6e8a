// Builds what changed: TypeScript, file by file, and then core's files as few. A service that imports core would open some 190 files,
// which takes several times as long as reading what is in them; docs/decisions/0013-bundled-core.md has the figures.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const core = join(root, 'packages/core');
const bundle = join(core, 'dist/bundle');

const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', root], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
if (newest('dist/**/*.js') > newest('dist/bundle/**/*.js')) await bundleCore();

async function bundleCore() {
  const main = await modulesOfMain();
  const { entries, engines } = inputs();
  rmSync(bundle, { recursive: true, force: true });
  // One file for what the main entry shares with others, since an error has to be of one class for all.
  await write(entries, [{ name: 'shared', test: (id) => main.has(id), minShareCount: 2 }]);
  // An engine is whole in its file, with tables that others have too: to open another file takes longer than to read them twice.
  for (const [name, file] of Object.entries(engines)) await write({ [name]: file });
}

async function write(input, groups = []) {
  const build = await open(input);
  const names = { dir: bundle, entryFileNames: '[name].js', chunkFileNames: '[name].js' };
  await build.write({ ...names, format: 'esm', sourcemap: true, codeSplitting: { groups } });
  await build.close();
}

async function open(input) {
  const { rolldown } = await import('rolldown');
  return rolldown({
    input,
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    // Whatever a runtime or the app provides, and core's engine, which the runtime chooses.
    external: (id) => id === '#engine' || /^node:|^jose(\/|$)|^lru-cache$/.test(id),
    plugins: [{ name: 'source-maps', load: withMap }],
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
}

/** Maps lead on to where TypeScript's lead: to `src`, which is shipped. */
function withMap(id) {
  if (!existsSync(`${id}.map`)) return null;
  return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
}

/** What the main entry needs at once, without what it loads on demand. */
async function modulesOfMain() {
  const build = await open({ index: join(core, 'dist/index.js') });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const modules = new Set();
  for (const names = ['index.js'], seen = new Set(); names.length > 0; ) {
    const name = names.pop();
    const chunk = chunks.get(name);
    if (seen.has(name) || chunk === undefined) continue;
    seen.add(name);
    for (const id of chunk.moduleIds) modules.add(id);
    names.push(...chunk.imports);
  }
  return modules;
}

/** From what package.json says is there to what tsc made of it: the entries, and the engines. */
function inputs() {
  const { exports, imports } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
  return { entries: inputsOf(Object.values(exports)), engines: inputsOf([imports['#engine']]) };
}

function inputsOf(choices) {
  const files = choices
    .flatMap((conditions) => Object.values(conditions))
    .filter((file) => file.startsWith('./dist/bundle/'));
  return Object.fromEntries(
    files.map((file) => {
      const name = file.slice('./dist/bundle/'.length, -'.js'.length);
      return [name, join(core, 'dist', `${name}.js`)];
    }),
  );
}

/** When the newest of some files was written, in ms; 0 without any. What is bundled is no source of the bundle. */
function newest(pattern) {
  const isBundled = pattern.includes('bundle');
  const times = globSync(pattern, { cwd: core })
    .filter((file) => isBundled || !file.startsWith('dist/bundle/'))
    .map((file) => statSync(join(core, file)).mtimeMs);
  return Math.max(0, ...times);
}
