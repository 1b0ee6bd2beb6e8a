// Who may import whom, and what library code never does (docs: packages and dependency direction). Each violation names its
// place, its rule and the reason for the rule; the exit code is 1 when there is one.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { readSourceFile } from './source-file.mjs';

/**
 * @typedef {{ file: string, line: number, rule: string, reason: string }} Violation
 * @typedef {{ specifier: string, name: string, typeOnly: boolean, dynamic: boolean, builtin: boolean }} Dependency
 */

const REASONS = {
  'export-star': 'the public surface is listed name by name, so that nothing becomes public by accident',
  console: 'a library does not print; it throws, returns or emits an event',
  'process-env': 'a library takes options; reading the environment is for the app',
  'module-let':
    'module-level mutable state is shared by every auth in the process; close over it in a factory',
  'module-state':
    'a module-level collection that is changed, or exported without a readonly type, is shared mutable state',
};

/** What a workspace may import besides its own files: the reason against it, or undefined where it is allowed. */
const ROLES = [
  { folder: /^packages\/core$/, judge: judgeCore },
  { folder: /^packages\/(express|koa|fastify|hono)$/, judge: judgeAdapter },
  { folder: /^packages\/store-[a-z-]+$/, judge: judgeStore },
  { folder: /^packages\/otel$/, judge: judgeOtel },
  { folder: /^packages\/testkit$/, judge: judgeTestkit },
  { folder: /^packages\/cli$/, judge: judgeCli },
  { folder: /^packages\/create$/, judge: judgeCreate },
  { folder: /^examples\//, judge: () => undefined },
];

/** Command-line programs: they print and read the environment. */
const PROGRAMS = new Set(['packages/cli', 'packages/create']);

/** @type {(dependency: Dependency, place: { file: string }) => string | undefined} */
function judgeCore({ name, typeOnly, builtin }, { file }) {
  const signing = /^src\/(engine|keys)\//.test(file);
  if (name === 'node:crypto' || name === 'jose') {
    return signing
      ? undefined
      : 'inside core only the engine and the key modules (src/engine, src/keys) import jose or node:crypto';
  }
  if (builtin) {
    if (signing || (file === 'src/node.ts' && typeOnly)) return undefined;
    return 'core runs outside Node too: no node: module but in src/engine and src/keys, and as `import type` in src/node.ts';
  }
  return name === 'lru-cache'
    ? undefined
    : 'core knows no framework and no database: it depends on jose and lru-cache alone';
}

function judgeAdapter({ name, typeOnly, builtin }, { folder }) {
  if (name === 'jose' || name === 'node:crypto')
    return 'an adapter only translates: tokens and keys are the business of core';
  if (name.startsWith('@tokenpair/store-')) return 'an adapter knows no store: the app gives one to core';
  if (name === '@tokenpair/core' || builtin) return undefined;
  if (folder === 'packages/fastify' && name === 'fastify-plugin') return undefined;
  if (name.startsWith('@tokenpair/')) return 'an adapter stands on core alone';
  return typeOnly
    ? undefined
    : 'an adapter imports its framework with `import type` only, and nothing else at run time: the app brings it';
}

function judgeStore({ name, typeOnly, builtin }, { folder }) {
  if (name === '@tokenpair/core') return undefined;
  if (name.startsWith('@tokenpair/'))
    return 'a store stands on core alone, never on another store or an adapter';
  if (!builtin)
    return 'a store takes a client that the app made, and declares the few methods of it that it uses';
  if (folder !== 'packages/store-sqlite')
    return 'only store-sqlite is bound to Node; other stores use what their client offers';
  return name === 'node:sqlite' && !typeOnly
    ? 'node:sqlite is imported as a type: the app opens the database'
    : undefined;
}

function judgeOtel({ name }) {
  return name === '@tokenpair/core' || name === '@opentelemetry/api'
    ? undefined
    : "the app chooses the SDK and its exporters: otel imports core and OpenTelemetry's API alone";
}

function judgeTestkit({ name, builtin }) {
  return name === '@tokenpair/core' || builtin
    ? undefined
    : 'testkit works with any test runner, store and framework: it imports core and node: modules';
}

const DRIVERS = new Set(['ioredis', 'pg', 'node:sqlite']);

function judgeCli({ name, dynamic, builtin }) {
  if (DRIVERS.has(name))
    return dynamic
      ? undefined
      : 'the command line loads a driver when a command needs it, with `import()`: most apps have one of them';
  if (builtin || name === 'commander' || name === '@tokenpair/core') return undefined;
  return name.startsWith('@tokenpair/store-')
    ? undefined
    : 'the command line stands on core, the stores and its parser alone';
}

function judgeCreate({ name, builtin }) {
  return builtin || name === 'commander' || name === '@clack/prompts'
    ? undefined
    : 'it runs before an app is there: its parser and its prompts are all that has to be fetched for it';
}

/**
 * @param {string} root of the repository
 * @returns {Violation[]}
 */
export function checkBoundaries(root) {
  return globSync('{packages,examples}/*/package.json', { cwd: root })
    .sort()
    .flatMap((path) => checkWorkspace(root, dirname(path)));
}

function checkWorkspace(root, folder) {
  const base = join(root, folder);
  const published = folder.startsWith(`packages${sep}`);
  const files = globSync(published ? 'src/**/*.ts' : '{src,test}/**/*.ts', { cwd: base }).sort();
  const role = ROLES.find((one) => one.folder.test(folder));
  if (role === undefined) {
    return [
      {
        file: join(folder, 'package.json'),
        line: 1,
        rule: 'role',
        reason: 'no rule says what this workspace may import: give it one in tooling/checks/boundaries.mjs',
      },
    ];
  }
  const sources = files.map((file) => readSourceFile(join(base, file)));
  const violations = sources.flatMap(({ imports, findings }, index) => {
    const file = files[index];
    const place = { root, folder, file };
    return [
      ...imports.flatMap((one) => report(place, one.line, judgeImport(one, place, role.judge))),
      ...(published ? findings.filter(({ rule }) => !isExcused(folder, rule)) : []).map(({ line, rule }) => ({
        file: join(folder, file),
        line,
        rule,
        reason: REASONS[rule],
      })),
    ];
  });
  return [
    ...violations,
    ...findCycles(base, sources).map((cycle) => ({ ...cycle, file: join(folder, cycle.file) })),
  ];
}

function isExcused(folder, rule) {
  return PROGRAMS.has(folder) && (rule === 'console' || rule === 'process-env');
}

function report({ folder, file }, line, problem) {
  return problem === undefined ? [] : [{ file: join(folder, file), line, ...problem }];
}

function judgeImport({ specifier, typeOnly, dynamic }, place, judge) {
  if (specifier.startsWith('#')) return undefined;
  if (specifier.startsWith('.')) return judgeRelative(specifier, place);
  const name = packageName(specifier);
  const reason = judge({ specifier, name, typeOnly, dynamic, builtin: isBuiltin(name) }, place);
  if (reason !== undefined) return { rule: `imports ${specifier}`, reason };
  return judgeSubpath(specifier, name, place.root);
}

const FOR_TESTS = [join('tooling', 'services'), join('examples', 'shared', 'test')];

function judgeRelative(specifier, { folder, file }) {
  const target = join(folder, dirname(file), specifier);
  if (target.startsWith(folder + sep)) return undefined;
  // A test may start a real server, and what the examples' tests have in common lies in one place; nothing that an app would ship knows of it.
  if (file.startsWith('test/') && FOR_TESTS.some((shared) => target.startsWith(shared + sep)))
    return undefined;
  return {
    rule: `imports ${specifier}`,
    reason: 'a relative path stays inside its workspace; another one is imported by its package name',
  };
}

/** Only what a package of ours exports; TypeScript would say so too, a bundler or test alias might not. */
function judgeSubpath(specifier, name, root) {
  const manifest = join(root, 'packages', name.replace('@tokenpair/', ''), 'package.json');
  if (!name.startsWith('@tokenpair/') || !existsSync(manifest)) return undefined;
  const subpath = `.${specifier.slice(name.length)}`;
  if (Object.hasOwn(JSON.parse(readFileSync(manifest, 'utf8')).exports, subpath)) return undefined;
  return { rule: `imports ${specifier}`, reason: `${name} does not export "${subpath}"` };
}

/** `node:` is part of a built-in module's name, and added where the import left it out. */
function packageName(specifier) {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Import cycles among the files of one workspace, type imports included; each is reported once, where it closes. */
function findCycles(base, sources) {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set();
  const cycles = [];
  const visit = (source, trail) => {
    for (const { specifier, line } of source.imports) {
      const target = byPath.get(targetOf(specifier, source.path, base));
      if (target === undefined || done.has(target)) continue;
      const start = [...trail, source].indexOf(target);
      if (start === -1) visit(target, [...trail, source]);
      else {
        const names = [...trail.slice(start), source, target].map(({ path }) => relative(base, path));
        cycles.push({
          file: relative(base, source.path),
          line,
          rule: 'cycle',
          reason: `files that import each other cannot be read or tested alone: ${names.join(' -> ')}`,
        });
      }
    }
    done.add(source);
  };
  for (const source of sources) if (!done.has(source)) visit(source, []);
  return cycles;
}

function targetOf(specifier, from, base) {
  if (specifier === '#engine') return join(base, 'src/engine/node.ts');
  return specifier.startsWith('.') ? resolve(dirname(from), specifier) : undefined;
}

export function format({ file, line, rule, reason }) {
  return `${file}:${line}  ${rule}\n    ${reason}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkBoundaries(fileURLToPath(new URL('../..', import.meta.url)));
  for (const violation of violations) console.error(format(violation));
  if (violations.length > 0) console.error(`\n${violations.length} boundary violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
