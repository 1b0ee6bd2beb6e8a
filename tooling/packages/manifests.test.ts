import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { manifestProblems } from './manifests.ts';
import { ROOT } from './workspaces.ts';

const FILES = 'https://github.com/tokenpair/tokenpair/blob/main/';
const README = `# @x/one

\`\`\`sh
npm install @x/core @x/one
\`\`\`

\`\`\`ts
import '@x/one';
\`\`\`

More: [stores](${FILES}docs/stores.md#top).
`;
const MANIFEST = {
  name: '@x/one',
  version: '1.0.0',
  description: 'One of the packages that there are',
  keywords: ['a', 'b', 'c'],
  license: 'MIT',
  type: 'module',
  repository: { url: 'git+https://github.com/tokenpair/tokenpair.git', directory: 'packages/one' },
  engines: { node: '>=22.13' },
  publishConfig: { access: 'public', provenance: true },
  scripts: { check: 'publint --strict && attw --pack . --profile esm-only' },
  sideEffects: false,
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};

function problems(manifest: object = {}, readme = README, licence = 'MIT, all of it'): readonly string[] {
  return manifestProblems(
    fixture({
      LICENSE: 'MIT, all of it',
      'docs/stores.md': '',
      'packages/one/package.json': { ...MANIFEST, ...manifest },
      'packages/one/README.md': readme,
      'packages/one/LICENSE': licence,
    }),
  );
}

it('accepts a package that says all it has to', () => {
  expect(problems()).toEqual([]);
});

it('accepts those of this repository', () => {
  expect(manifestProblems(ROOT)).toEqual([]);
});

it.each([
  ['no description', { description: '' }, '"description"'],
  ['too few keywords', { keywords: ['a'] }, '"keywords"'],
  ['another licence', { license: 'ISC' }, '"license"'],
  ['CommonJS', { type: 'commonjs' }, '"type"'],
  [
    'the folder of another',
    { repository: { ...MANIFEST.repository, directory: 'packages/two' } },
    '"repository"',
  ],
  ['any Node', { engines: {} }, '"engines"'],
  ['no provenance', { publishConfig: { access: 'public' } }, '"publishConfig"'],
  ['no check by attw', { scripts: { check: 'publint --strict' } }, 'attw'],
  ['side effects', { sideEffects: true }, '"sideEffects"'],
  ['types that come second', { exports: { '.': { default: './d.js', types: './d.d.ts' } } }, 'exports["."]'],
  ['a subpath without types', { exports: { './a': { default: './d.js' } } }, 'exports["./a"]'],
  ['a sibling of another version', { dependencies: { '@x/one': '^0.9.0' } }, '@x/one is asked for by ^0.9.0'],
])('refuses %s', (_title, manifest, problem) => {
  expect(problems(manifest)).toEqual([expect.stringContaining(problem)]);
});

it.each([
  ['another name', README.replace('# @x/one', '# one'), 'begins with'],
  ['no word on its installation', README.replace('npm install', 'yarn add'), 'how to install'],
  ['the installation of another', README.replace('@x/one\n```', '@x/one-more\n```'), 'how to install'],
  ['no example', README.replace('```ts', '```'), 'an example'],
  ['no link to the docs', README.replace(FILES, 'https://example.com/'), 'links to a page'],
  ['a link to a page that is not there', `${README}[x](${FILES}docs/gone.md)`, 'docs/gone.md leads nowhere'],
  ['a link that only the repository has', `${README}[x](../../docs/stores.md)`, 'leads nowhere on npm'],
])('refuses a README with %s', (_title, readme, problem) => {
  expect(problems({}, readme)).toEqual([expect.stringContaining(problem)]);
});

it('refuses another text of the licence', () => {
  expect(problems({}, README, 'MIT')).toEqual([expect.stringContaining('packages/one/LICENSE')]);
});

it('asks a generator for `npm create`', () => {
  const readme = README.replace('# @x/one', '# create-one');
  const { exports: _, sideEffects: __, ...manifest } = MANIFEST;
  const created = (text: string): readonly string[] =>
    manifestProblems(
      fixture({
        LICENSE: 'MIT',
        'docs/stores.md': '',
        'packages/one/package.json': { ...manifest, name: 'create-one' },
        'packages/one/README.md': text,
        'packages/one/LICENSE': 'MIT',
      }),
    );
  expect(created(readme)).toEqual([expect.stringContaining('how to install')]);
  expect(created(readme.replace('npm install @x/core @x/one', 'npm create one my-app'))).toEqual([]);
});
