/** A test that runs every block of a language on a page. It names the page, and finds the blocks by itself. */
interface Execution {
  readonly test: string;
  /** How many blocks it was written for: one more has to be looked at. */
  readonly blocks: number;
}

/** Pages whose programs and sessions in a shell are run, by language. What is neither here nor has a check of its language is refused. */
export const EXECUTED: Readonly<Record<string, Readonly<Record<string, Execution>>>> = {
  'README.md': {
    console: { test: 'tooling/readme/readme.test.ts', blocks: 4 },
    js: { test: 'tooling/readme/readme.test.ts', blocks: 1 },
  },
  ...tutorial('docs/start/express.md'),
  ...tutorial('docs/start/koa.md'),
  ...tutorial('docs/start/fastify.md'),
  ...tutorial('docs/start/hono.md'),
  ...tutorial('docs/start/fetch.md'),
  ...migrating('from-express-jwt', 3),
  ...migrating('from-fastify-jwt', 3),
  ...migrating('from-koa-jwt', 3),
  ...migrating('from-passport-jwt', 2),
  'docs/migrating/from-simplejwt.md': {
    ts: { test: 'tooling/migrating/shown-files.test.ts', blocks: 6 },
    python: { test: 'tooling/migrating/django-verifies.test.ts', blocks: 1 },
  },
  'docs/cli.md': { console: { test: 'packages/cli/test/pages.test.ts', blocks: 1 } },
  'packages/cli/README.md': { console: { test: 'packages/cli/test/pages.test.ts', blocks: 4 } },
  'packages/create/README.md': { console: { test: 'packages/create/test/pages.test.ts', blocks: 1 } },
  'packages/store-postgres/README.md': {
    sql: { test: 'packages/store-postgres/test/schema.test.ts', blocks: 1 },
  },
  'packages/testkit/README.md': { js: { test: 'packages/testkit/test/fakes-examples.test.ts', blocks: 6 } },
  'docs/create.md': { console: { test: 'packages/create/test/pages.test.ts', blocks: 1 } },
};

function tutorial(page: string): typeof EXECUTED {
  const test = 'tooling/docs/tutorials/tutorials.test.ts';
  return { [page]: { js: { test, blocks: 1 }, console: { test, blocks: 3 } } };
}

/** Whole files, which import each other; a test holds the page to them, and they are compiled and run where they are. */
function migrating(page: string, blocks: number): typeof EXECUTED {
  return { [`docs/migrating/${page}.md`]: { ts: { test: 'tooling/migrating/shown-files.test.ts', blocks } } };
}
