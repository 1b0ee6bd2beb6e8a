// What package-lock.json must hold for `npm ci` to work everywhere, and core's promise of two runtime dependencies at most.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const LOCKS = [
  'package-lock.json',
  'tooling/runtimes/package-lock.json',
  'tooling/bench/package-lock.json',
  'tooling/packages/fixtures/package-lock.json',
];
const CORE_DEPENDENCIES = ['jose', 'lru-cache'];

/**
 * @param {string} root of the repository
 * @returns {string[]} what is wrong, each with its reason
 */
export function checkLock(root) {
  return [
    ...LOCKS.map((path) => join(root, path))
      .filter((path) => existsSync(path))
      .flatMap((path) => checkEntries(readJson(path).packages)),
    ...checkCore(readJson(join(root, 'packages/core/package.json'))),
  ];
}

function checkEntries(entries) {
  const packages = Object.entries(entries);
  const present = new Set(packages.map(([path]) => path));
  return packages.flatMap(([path, entry]) => [
    ...checkResolved(path, entry),
    ...checkPlatforms(path, entry, present),
  ]);
}

function checkResolved(path, { resolved, link }) {
  if (link || resolved === undefined || !/^[a-z+]+:\/\//.test(resolved)) return [];
  return [
    `${path}: "resolved" names a host, so other registries and mirrors cannot serve the lock. Keep omit-lockfile-registry-resolved=true in .npmrc and install again.`,
  ];
}

function checkPlatforms(path, { optionalDependencies = {} }, present) {
  return Object.keys(optionalDependencies)
    .filter((name) => !lookupPaths(path, name).some((candidate) => present.has(candidate)))
    .map(
      (name) =>
        `${path || 'the root'}: its optional dependency ${name} is missing from the lock, so \`npm ci\` fails or that platform gets nothing. Pin a version whose platform packages are all published.`,
    );
}

/** Where Node looks for `name` from `path`: each enclosing folder's node_modules, innermost first. */
function lookupPaths(path, name) {
  const segments = path === '' ? [] : path.split('/');
  return Array.from({ length: segments.length + 1 }, (_, up) =>
    [...segments.slice(0, segments.length - up), 'node_modules', name].join('/'),
  );
}

function checkCore({ dependencies = {} }) {
  const others = Object.keys(dependencies).filter((name) => !CORE_DEPENDENCIES.includes(name));
  if (others.length === 0) return [];
  return [
    `packages/core: it depends on ${others.join(', ')}; it may depend on ${CORE_DEPENDENCIES.join(' and ')} alone, since every user of Tokenpair installs and trusts what it depends on.`,
  ];
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkLock(fileURLToPath(new URL('../..', import.meta.url)));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
