import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { contentProblems } from './contents.ts';

const MAP = { version: 3, sources: ['../src/index.ts'] };
const GOOD = {
  'package.json': { name: '@x/one' },
  LICENSE: 'MIT',
  'README.md': '# one',
  'dist/index.js': 'export {};',
  'dist/index.js.map': MAP,
  'dist/index.d.ts': 'export {};',
  'src/index.ts': 'export {};',
};

function problems(files: Record<string, string | object>): readonly string[] {
  const contents = Object.keys(files).map((path) => ({ path, size: 0 }));
  const tarball = { name: '@x/one', version: '1.0.0', file: 'one.tgz', size: 0, contents };
  return contentProblems(tarball, fixture(files));
}

it('accepts what is built, its sources and what is needed', () => {
  expect(problems(GOOD)).toEqual([]);
});

it('accepts the tests of a new app, which a generator brings', () => {
  expect(problems({ ...GOOD, 'templates/express/test/app.test.js': '' })).toEqual([]);
});

it.each(['LICENSE', 'README.md', 'package.json'] as const)('misses %s', (path) => {
  const { [path]: _, ...rest } = GOOD;
  expect(problems(rest)).toEqual([`@x/one: ${path} is missing`]);
});

it.each([
  ['src/test/login.ts', 'is a test'],
  ['src/login.test.ts', 'is a test'],
  ['test/login.ts', 'meant to have'],
  ['notes.md', 'meant to have'],
  ['dist/gone.js', 'no source any more'],
  ['dist/gone.d.ts', 'no source any more'],
  ['dist/tsconfig.tsbuildinfo', 'a product of a build'],
  ['templates/express/server.key', 'a key'],
  ['templates/express/.env', 'holds secrets'],
  ['templates/express/node_modules/a/index.js', 'a dependency'],
])('refuses the file %s', (path, problem) => {
  expect(problems({ ...GOOD, [path]: '' })).toEqual([expect.stringContaining(problem)]);
});

const body = 'M'.repeat(48);

it.each([
  ['a private key', `-----BEGIN PRIVATE ${'KEY'}-----\n${body}`],
  ['a private key as a JWK', `{"kty":"OKP","d":"${body}"}`],
  ['a path of the machine', `"/home/${'ada'}/tokenpair/packages/one"`],
  ['a path of the machine', `file:///tmp/${'w'}/build/index.ts`],
  ['the address of a registry', `https://registry.${'example'}.com/one`],
])('refuses text with %s', (what, text) => {
  const [problem = '', ...others] = problems({ ...GOOD, 'dist/index.js': text });
  expect(problem).toContain(`dist/index.js holds ${what}`);
  expect(problem).not.toContain(body);
  expect(others).toEqual([]);
});

it('takes the head of a key alone for what it is: a word in a message', () => {
  expect(problems({ ...GOOD, 'dist/index.js': `"-----BEGIN PRIVATE ${'KEY'}-----" is missing` })).toEqual([]);
});

it.each(['../lib/index.ts', '../../two/src/index.ts'])('refuses a map that leads to %s', (source) => {
  expect(problems({ ...GOOD, 'dist/index.js.map': { ...MAP, sources: [source] } })).toEqual([
    `@x/one: dist/index.js.map leads to ${source}, which is not in it`,
  ]);
});
