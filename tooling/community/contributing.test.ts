/** CONTRIBUTING.md names files, and whoever adds a part goes by it: what it names is there, and no list of all parts is left out. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathsIn, readChecklists } from './checklists.ts';
import { ROOT } from './root.ts';

const checklists = readChecklists();
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const FILES = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

interface Kind {
  /** The file that each part of the kind has; its first group is the part's name. */
  readonly file: RegExp;
  /** The first of them: a list with all of these is one to which a new part belongs. */
  readonly first: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  store: {
    file: /^packages\/store-(.+)\/src\/\1-store\.ts$/,
    first: ['sqlite', 'redis', 'postgres'],
  },
  adapter: {
    file: /^packages\/(.+)\/src\/\1-auth\.ts$/,
    first: ['express', 'koa', 'fastify'],
  },
  language: {
    file: /^packages\/core\/src\/translations\/((?!en\b)[a-z]{2}(?:-[a-z]{4})?)\.ts$/,
    first: ['translations/es', 'translations/fr', 'translations/pt'],
  },
};

/** Name the first of a kind, but not as a list to which a new one belongs. */
const NO_LISTS = new Set([
  'examples/express/test/settings.test.ts', // URLs of every form that must not show their passwords
  'examples/fastify/src/app.ts', // says where Fastify differs
  'examples/sso/package.json', // three services, each on a framework of its own
  'examples/sso/tsconfig.json',
  'packages/cli/test/doctor.test.ts', // URLs of every form
  'packages/core/test-d/login-limits.ts', // limiters of another library
  'tooling/migrating/options.test.ts', // libraries to move from
  'tooling/migrating/package.json',
  'tooling/migrating/peers.test.ts',
  'tooling/migrating/shown-files.test.ts',
]);

it('has a checklist for what is added most', () => {
  for (const part of ['store', 'adapter', 'error', 'language'])
    expect(checklists.get(part)?.length).toBeGreaterThan(5);
});

it('names no file that is not there', () => {
  const paths = new Set(pathsIn(textOf('CONTRIBUTING.md')));
  expect(paths.size).toBeGreaterThan(50);
  expect([...paths].filter((path) => !isThere(path.replaceAll('<name>', '*')))).toEqual([]);
});

describe.each(Object.entries(KINDS))('the checklist of a new %s', (part, { file, first }) => {
  const listed = checklists.get(part) ?? [];
  const names = FILES.flatMap((path) => file.exec(path)?.[1] ?? []);

  it('is what those were made by that are there', () => {
    expect(names.length).toBeGreaterThan(3);
    const missing = listed.flatMap(({ path, always }) => {
      const made = names.map((name) => path.replaceAll('<name>', name));
      const absent = made.filter((one) => !isThere(one));
      return always || absent.length === made.length ? absent : [];
    });
    expect([...new Set(missing)]).toEqual([]);
  });

  it('names every file in which the first of them are named', () => {
    const patterns = listed.map(({ path }) => toPattern(path));
    const unlisted = filesNaming(first).filter(
      (path) => !NO_LISTS.has(path) && !patterns.some((pattern) => pattern.test(path)),
    );
    expect(unlisted).toEqual([]);
  });
});

it('excuses no file that needs no excuse', () => {
  const naming = new Set(Object.values(KINDS).flatMap(({ first }) => filesNaming(first)));
  expect([...NO_LISTS].filter((path) => !naming.has(path))).toEqual([]);
});

function isThere(path: string): boolean {
  return globSync(path, { cwd: ROOT }).length > 0;
}

/** Of code and settings; what is measured and what is locked is written by programs. */
function filesNaming(names: readonly string[]): readonly string[] {
  const code = FILES.filter(
    (path) =>
      /\.(?:[cm]?ts|mjs|jsonc?|yml)$/.test(path) &&
      !/^(?:bench|tooling\/community)\/|package-lock/.test(path),
  );
  return code.filter((path) => {
    const text = textOf(path).toLowerCase();
    return names.every((name) => text.includes(name));
  });
}

function toPattern(path: string): RegExp {
  const escaped = path.replaceAll('.', '\\.').replaceAll(/\*|<name>/g, '[^/]+');
  return new RegExp(`^${escaped}$`);
}
