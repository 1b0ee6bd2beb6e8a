/** What a published package may hold, and what it may not. @module */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Tarball } from './pack.ts';

const NEEDED = ['package.json', 'LICENSE', 'README.md'];

/** Everything else is there by mistake. A generator brings the files of new apps, whatever they are. */
const MEANT = /^(dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map)|src\/.+\.ts|templates\/.+|CHANGELOG\.md)$/;

/** In a new app, too. */
const NEVER: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)node_modules\//, 'a dependency'],
  [/\.(pem|key|p12|pfx|db|sqlite|tgz|tsbuildinfo)$/, 'a key, data, or a product of a build'],
  [/(^|\/)(\.env|\.npmrc|id_[a-z0-9]+)$/, 'a file that holds secrets'],
];

/** A test of the package's own; a new app has its own. */
const TEST =
  /^(src|dist)\/(.*\/)?(test|tests|__tests__|test-d|fixtures)\/|^(src|dist)\/.*\.(test|spec|bench)\./;

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/=]{40}/, 'a private key'],
  [/"d"\s*:\s*"[\w-]{40,}"/, 'a private key as a JWK'],
  [
    /(?<![\w.])(\/(home|root|Users|tmp|work|builds|runner)\/[\w.-]+\/|[A-Z]:\\Users\\)/,
    'a path of the machine that built it',
  ],
  [
    /https?:\/\/(registry\.|[\w.-]*(:\d+)?\/(artifactory|npm-proxy|repository\/npm))/,
    'the address of a registry',
  ],
];

/**
 * What is wrong with the contents of a tarball.
 *
 * @param folder into which npm has unpacked it
 */
export function contentProblems({ name, contents }: Tarball, folder: string): readonly string[] {
  const paths = contents.map(({ path }) => path);
  return [
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...paths.flatMap((path) => pathProblems(path, paths)),
    ...paths.flatMap((path) => textProblems(path, readFileSync(join(folder, path), 'utf8'))),
    ...paths.filter((path) => path.endsWith('.js.map')).flatMap((path) => mapProblems(path, folder)),
  ].map((problem) => `${name}: ${problem}`);
}

function pathProblems(path: string, all: readonly string[]): readonly string[] {
  const never = NEVER.find(([pattern]) => pattern.test(path));
  if (never !== undefined) return [`${path} is ${never[1]}`];
  if (TEST.test(path)) return [`${path} is a test`];
  if (!NEEDED.includes(path) && !MEANT.test(path))
    return [`${path} is nothing that a package is meant to have`];
  const source = path.replace(/^dist\//, 'src/').replace(/\.(js|d\.ts)(\.map)?$/, '.ts');
  const isStale = /^dist\/(?!bundle\/)/.test(path) && !all.includes(source);
  return isStale ? [`${path} has no source any more: remove dist, and build again`] : [];
}

function textProblems(path: string, text: string): readonly string[] {
  return TEXTS.flatMap(([pattern, what]) => {
    const [found] = pattern.exec(text) ?? [];
    // Never the whole of it, which may be secret.
    return found === undefined ? [] : [`${path} holds ${what}: ${found.slice(0, 30)}…`];
  });
}

/** A stack trace leads to sources that are shipped. */
function mapProblems(path: string, folder: string): readonly string[] {
  const { sources } = JSON.parse(readFileSync(join(folder, path), 'utf8')) as {
    readonly sources: readonly string[];
  };
  return sources
    .filter((source) => {
      const target = normalize(join(dirname(path), source));
      return target.startsWith('..') || !existsSync(join(folder, target));
    })
    .map((source) => `${path} leads to ${source}, which is not in it`);
}
