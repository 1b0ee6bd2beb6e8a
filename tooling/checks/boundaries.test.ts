import { expect, it } from 'vitest';
import { checkBoundaries, format } from './boundaries.mjs';
import { fixture } from './fixture.ts';

const GOOD = {
  'packages/core/package.json': { exports: { '.': {}, './store': {} } },
  'packages/core/src/index.ts': `
    import { sign } from './keys/sign.ts';
    export type { Store } from './store.ts';
    import { LRUCache } from 'lru-cache';
    import { hash } from '#engine';
    const TABLE: Record<string, number> = { a: 1 };
    export const NAMES: ReadonlySet<string> = new Set(['a']);
    const options = { console: 1, env: 2 };
    export const f = () => [sign, hash, LRUCache, TABLE, options.console, options.env];
  `,
  'packages/core/src/store.ts': 'export interface Store { console: string }',
  'packages/core/src/node.ts': `import type { IncomingMessage } from 'node:http'; export type M = IncomingMessage;`,
  'packages/core/src/engine/node.ts': `export { createHash as hash } from 'node:crypto';`,
  'packages/core/src/keys/sign.ts': `
    import { SignJWT } from 'jose';
    export function sign() { const seen = new Map(); seen.set(1, 2); return [SignJWT, seen]; }
  `,
  'packages/express/package.json': { exports: { '.': {} } },
  'packages/express/src/index.ts': `
    import { auth } from '@tokenpair/core';
    import type { Request } from 'express';
    export const guard = (request: Request) => auth(request);
  `,
  'packages/fastify/package.json': { exports: { '.': {} } },
  'packages/fastify/src/index.ts': `import plugin from 'fastify-plugin'; export const x = plugin;`,
  'packages/store-sqlite/package.json': { exports: { '.': {} } },
  'packages/store-sqlite/src/index.ts': `
    import type { DatabaseSync } from 'node:sqlite';
    import type { Store } from '@tokenpair/core/store';
    export type S = [DatabaseSync, Store];
  `,
  'packages/otel/package.json': { exports: { '.': {} } },
  'packages/otel/src/index.ts': `import { trace } from '@opentelemetry/api'; import '@tokenpair/core'; trace.getTracer('x');`,
  'packages/testkit/package.json': { exports: { '.': {} } },
  'packages/testkit/src/index.ts': `import assert from 'node:assert'; import '@tokenpair/core'; assert(true);`,
  'packages/cli/package.json': { exports: { '.': {} } },
  'packages/cli/src/index.ts': `
    import { Command } from 'commander';
    import '@tokenpair/core';
    import '@tokenpair/store-sqlite';
    export const open = () => [import('pg'), import('node:sqlite'), Command, process.env];
  `,
  'packages/create/package.json': {},
  'packages/create/src/main.ts': `
    import { Command } from 'commander';
    import process from 'node:process';
    export const ask = () => [import('@clack/prompts'), Command, process.env];
  `,
  'examples/express/package.json': {},
  'examples/express/src/main.ts': `
    import express from 'express';
    import { guard } from '@tokenpair/express';
    let port = process.env['PORT'];
    console.log(express, guard, port);
  `,
  'examples/express/test/main.test.ts': `import '../../../tooling/services/redis-server.ts'; import '../src/main.ts';`,
};

function violations(files: Record<string, string | object>): string[] {
  return checkBoundaries(fixture({ ...GOOD, ...files })).map(format);
}

it('accepts a tree that keeps every rule', () => {
  expect(violations({})).toEqual([]);
});

const core = 'packages/core/src/bad.ts';
const express = 'packages/express/src/bad.ts';
const sqlite = 'packages/store-sqlite/src/bad.ts';
const example = 'examples/express/src/bad.ts';

it.each([
  ['core importing a framework', core, `import express from 'express';`, 'knows no framework'],
  ['core importing a database, as a type', core, `import type { Pool } from 'pg';`, 'no database'],
  ['jose outside the key modules', core, `import { jwtVerify } from 'jose';`, 'src/keys'],
  ['a subpath of jose', core, `import { jwtVerify } from 'jose/jwt/verify';`, 'src/keys'],
  ['node:crypto outside the engine', core, `import 'node:crypto';`, 'src/engine'],
  ['crypto without its prefix', core, `import 'crypto';`, 'src/engine'],
  ['a node: module in core', core, `import type { Socket } from 'node:net';`, 'outside Node'],
  ['a dynamic import', core, `export const f = () => import('node:fs');`, 'outside Node'],
  ['an import type expression', core, `export type P = import('pg').Pool;`, 'no database'],
  ['a re-export', core, `export { Router } from 'express';`, 'no framework'],
  ['values in src/node.ts', 'packages/core/src/node.ts', `import { Agent } from 'node:http';`, 'import type'],
  ['a path into another package', core, `import '../../express/src/index.ts';`, 'inside its workspace'],
  ['an adapter loading its framework', express, `import { Router } from 'express';`, '`import type` only'],
  ['an inline type import, which loads', express, `import { type R } from 'express';`, '`import type` only'],
  ['an adapter with a store', express, `import '@tokenpair/store-sqlite';`, 'knows no store'],
  ['an adapter with jose, as a type', express, `import type { JWK } from 'jose';`, 'only translates'],
  ['an adapter with node:crypto', express, `import 'node:crypto';`, 'only translates'],
  [
    'a subpath that core does not export',
    express,
    `import '@tokenpair/core/keys';`,
    'does not export "./keys"',
  ],
  ['a store with an adapter', sqlite, `import '@tokenpair/express';`, 'stands on core alone'],
  ['a store that opens its database', sqlite, `import { DatabaseSync } from 'node:sqlite';`, 'app opens'],
  ['a store with a driver', sqlite, `import type { Pool } from 'pg';`, 'client that the app made'],
  ['otel with an SDK', 'packages/otel/src/bad.ts', `import '@opentelemetry/sdk-metrics';`, 'chooses the SDK'],
  ['testkit with a test runner', 'packages/testkit/src/bad.ts', `import 'vitest';`, 'any test runner'],
  [
    'the command line with a driver at its start',
    'packages/cli/src/bad.ts',
    `import 'pg';`,
    'when a command needs it',
  ],
  [
    'the command line with an adapter',
    'packages/cli/src/bad.ts',
    `import '@tokenpair/express';`,
    'its parser alone',
  ],
  [
    'the maker of apps with what the apps need',
    'packages/create/src/bad.ts',
    `import '@tokenpair/core';`,
    'before an app is there',
  ],
  ['an example leaving its workspace', example, `import '../../shared/src/index.ts';`, 'package name'],
  ['export *', core, `export * from './store.ts';`, 'name by name'],
  ['console', core, `export const f = () => console.log(1);`, 'does not print'],
  ['console as a value', core, `export const f = (log = console) => log;`, 'does not print'],
  ['globalThis.console', core, `export const f = () => globalThis.console;`, 'does not print'],
  ['process.env', express, `export const f = () => process.env['A'];`, 'takes options'],
  [
    'env out of process',
    core,
    `export const f = () => { const { env } = process; return env; };`,
    'takes options',
  ],
  ['globalThis.process.env', core, `export const f = () => globalThis.process.env;`, 'takes options'],
  ['env from node:process', express, `import { env } from 'node:process';`, 'takes options'],
  ['a module-level let', core, `let n = 0; export const f = () => ++n;`, 'factory'],
  ['an exported let', core, `export let n = 0;`, 'factory'],
  ['an exported Set', core, `export const s: Set<string> = new Set();`, 'shared mutable state'],
  ['an exported array', core, `export const list: string[] = [];`, 'shared mutable state'],
  [
    'a Map that is changed',
    core,
    `const m = new Map(); export const f = () => m.set(1, 2);`,
    'shared mutable',
  ],
  [
    'an object that is changed',
    core,
    `const o = { n: 0 }; export const f = () => { o.n += 1; };`,
    'shared mutable',
  ],
])('refuses %s', (_title, file, source, reason) => {
  const found = violations({ [file]: `\n${source}\n` });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${file}:2  `);
  expect(found[0]).toContain(reason);
});

it('refuses an import cycle and names its files', () => {
  const found = violations({
    'packages/core/src/a.ts': `import './b.ts';`,
    'packages/core/src/b.ts': `\nimport type { C } from './c.ts';`,
    'packages/core/src/c.ts': `export { A } from './a.ts';`,
  });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('packages/core/src/c.ts:1  cycle');
  expect(found[0]).toContain('src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts');
});

it('refuses a package that no rule speaks about', () => {
  expect(violations({ 'packages/other/package.json': {} })[0]).toContain('give it one in tooling/checks');
});

it('refuses a file that does not parse', () => {
  expect(() => violations({ [core]: 'import {' })).toThrow('bad.ts');
});
