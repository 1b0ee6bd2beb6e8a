import type { Framework, Store } from '../plan/choices.ts';
import type { Plan } from '../plan/make-plan.ts';
import { readVersion } from '../version.ts';
import { NODE, VERSIONS } from './versions.ts';

type Names = readonly (keyof typeof VERSIONS | `@tokenpair/${string}`)[];

/** What an app depends on, and what it needs while it is worked on. */
interface Needs {
  readonly runs: Names;
  readonly develops: Names;
}

const ALL: Needs = {
  runs: ['@node-rs/argon2', '@tokenpair/core', 'rate-limiter-flexible'],
  develops: ['@types/node', 'typescript'],
};

const FRAMEWORK: Readonly<Record<Framework, Needs>> = {
  express: { runs: ['@tokenpair/express', 'express'], develops: ['@types/express'] },
  koa: { runs: ['@koa/router', '@tokenpair/koa', 'koa'], develops: ['@types/koa'] },
  fastify: { runs: ['@tokenpair/fastify', 'fastify'], develops: [] },
};

const STORE: Readonly<Record<Store, Needs>> = {
  sqlite: { runs: ['@tokenpair/store-sqlite'], develops: [] },
  redis: { runs: ['@tokenpair/store-redis', 'ioredis'], develops: [] },
  postgres: { runs: ['@tokenpair/store-postgres', 'pg'], develops: ['@types/pg'] },
};

const RUN = 'node --env-file-if-exists=.env';

/** The app's package.json: every version exact, and those of Tokenpair this package's own. */
export function manifestOf({ framework, store }: Plan, name: string): object {
  const needs = [ALL, FRAMEWORK[framework], STORE[store]];
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      start: `${RUN} src/main.ts`,
      dev: `${RUN} --watch src/main.ts`,
      user: `${RUN} src/user.ts`,
      test: `${RUN} --test "test/**/*.test.ts"`,
      check: 'tsc',
    },
    dependencies: versionsOf(needs.flatMap(({ runs }) => runs)),
    devDependencies: versionsOf(needs.flatMap(({ develops }) => develops)),
    engines: { node: NODE },
  };
}

/** A name that npm takes, from that of a folder. */
export function packageNameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name.slice(0, 214) || 'app';
}

function versionsOf(names: Names): Readonly<Record<string, string>> {
  const own = readVersion();
  return Object.fromEntries(names.toSorted().map((name) => [name, isKnown(name) ? VERSIONS[name] : own]));
}

function isKnown(name: string): name is keyof typeof VERSIONS {
  return Object.hasOwn(VERSIONS, name);
}
