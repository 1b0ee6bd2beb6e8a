/** Every block of code that people read is run, type-checked or otherwise looked at; none escapes by a language that nobody knows. */
import { describe, expect, it } from 'vitest';
import { blockProblems } from './block-problems.ts';
import { EXECUTED } from './executed.ts';
import { type Block, blocksOf, pagePaths, parseBlocks } from './pages.ts';
import { typeCheck } from './type-check.ts';

const pages = pagePaths().map((page) => ({ page, blocks: blocksOf(page) }));

/** One block of a page of our own. */
const block = (language: string, code: string): Block => ({ page: 'docs/page.md', line: 7, language, code });
const problemsOf = (language: string, code: string): readonly string[] =>
  blockProblems('docs/page.md', [block(language, code)]);

it('finds the pages and their blocks', () => {
  expect(pages.length).toBeGreaterThan(30);
  expect(pages.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(40);
});

it.each(pages.filter(({ blocks }) => blocks.length > 0))('$page: no block escapes', ({ page, blocks }) => {
  expect(blockProblems(page, blocks)).toEqual([]);
});

it('names only tests of pages and blocks that there are', () => {
  const named = Object.entries(EXECUTED).flatMap(([page, languages]) =>
    Object.keys(languages).map((language) => `${page} ${language}`),
  );
  const found = pages.flatMap(({ page, blocks }) => blocks.map(({ language }) => `${page} ${language}`));
  expect(named.filter((name) => !found.includes(name))).toEqual([]);
});

/** `npm run tarballs` type-checks them against the packed packages, under the settings of an app. */
const isReadme = (page: string): boolean => page.startsWith('packages/');

it('type-checks every block of TypeScript against the packages', () => {
  const blocks = pages
    .flatMap((page) => page.blocks)
    .filter(
      ({ page, language }) => language === 'ts' && !isReadme(page) && EXECUTED[page]?.['ts'] === undefined,
    );
  expect(blocks.length).toBeGreaterThan(40);
  expect(typeCheck(blocks)).toEqual([]);
}, 120_000);

describe('what is wrong with a block is seen', () => {
  it('by the compiler, with page and line', () => {
    const code = "import { createAuth } from '@tokenpair/core';\ncreateAuth({ isuer: 'x' });\n";
    expect(typeCheck([block('ts', code)])).toEqual([expect.stringMatching(/^docs\/page\.md:9: error TS2/)]);
  }, 60_000);

  it.each([
    ['ruby', 'puts 1'],
    ['', 'anything'],
    ['js', 'console.log(1)'],
    ['console', '$ npm test'],
  ])('in a language that nothing runs: %s', (language, code) => {
    expect(problemsOf(language, code)).toEqual([expect.stringContaining('docs/page.md:7: a block')]);
  });

  it.each([
    'npm run no-such-script',
    'npm install no-such-package',
    'npm frobnicate',
    'npm start && npx tokenpair keys frobnicate',
    'tokenpair keys generate --frobnicate',
    'node examples/express/dist/no-such-file.js',
    'frobnicate --all',
    '.ci/frobnicate',
  ])('in a shell: %s', (command) => {
    expect(problemsOf('sh', command)).toHaveLength(1);
  });

  it.each([
    'npm start    # a comment',
    'SECRET=$(openssl rand -hex 32) node app.mjs',
    'npm install @tokenpair/core @tokenpair/express express',
    'npx tokenpair keys generate --help',
    '.ci/run',
    'curl -s http://127.0.0.1:8000/ \\\n  -H "a: b"',
  ])('while this is fine: %s', (command) => {
    expect(problemsOf('sh', command)).toEqual([]);
  });

  it.each([
    ['json', '{"a": }'],
    ['http', 'GET no-slash HTTP/1.1\n'],
    ['http', 'HTTP/1.1 200 OK\nno header\n'],
    ['http', 'HTTP/1.1 200 OK\n\n{"a": }\n'],
    ['http', 'HTTP/1.1 401 Unauthorized\n\n{"error":"invalid_token","code":"no_such_code","detail":"x"}\n'],
    [
      'http',
      'HTTP/1.1 401 Unauthorized\n\n{"error":"invalid_token","code":"token_expired","detail":"Expired."}\n',
    ],
    [
      'http',
      'HTTP/1.1 403 Forbidden\n\n{"error":"invalid_token","code":"token_expired","detail":"The token has expired."}\n',
    ],
    [
      'http',
      'HTTP/1.1 401 Unauthorized\nContent-Language: de\n\n{"error":"invalid_token","code":"token_expired","detail":"The token has expired."}\n',
    ],
    ['mermaid', 'flowchart LR\n  a --> b\n'],
    ['mermaid', 'sequenceDiagram\n  accTitle: A\n  accDescr: B\n  participant A\n  A->>B: hello\n'],
    ['mermaid', 'sequenceDiagram\n  participant A\n  A->>A: hello\n'],
    ['mermaid', 'sequenceDiagram\n  accTitle: A\n  accDescr: B\n  participant A\n  loop x\n  A->>A: hello\n'],
  ])('in %s, case %#', (language, code) => {
    expect(problemsOf(language, code)).toHaveLength(1);
  });

  it('where a page has more blocks than the test that runs them was written for', () => {
    const blocks = blocksOf('README.md');
    const more = [...blocks, { ...block('js', ''), page: 'README.md' }];
    expect(blockProblems('README.md', more)).toEqual([expect.stringContaining('2 blocks of js')]);
  });

  it('where a block does not end', () => {
    expect(() => parseBlocks('docs/page.md', '# A\n\n```ts\nconst a = 1;\n')).toThrow('docs/page.md:3');
  });
});

it('sees code that is indented instead of fenced, and lets no page have it', () => {
  const text =
    'A:\n\n    GET /\n    Accept: x\n\n- a list\n\n    goes on\n\n      GET /\n\nEnd.\n\n\tGET /\n';
  const blocks = parseBlocks('docs/page.md', text);
  expect(blocks.map(({ line }) => line)).toEqual([3, 10, 14]);
  expect(blockProblems('docs/page.md', blocks)).toEqual(
    [3, 10, 14].map((line) => expect.stringContaining(`docs/page.md:${line}: a block without a language`)),
  );
});

it('reads blocks as Markdown does: in lists, and with longer fences around shorter ones', () => {
  const text = '- a list\n\n  ```ts {1}\n  const a = 1;\n  ```\n\n````text\n```js\n````\n';
  expect(parseBlocks('p.md', text)).toEqual([
    { page: 'p.md', line: 3, language: 'ts', code: 'const a = 1;\n' },
    { page: 'p.md', line: 7, language: 'text', code: '```js\n' },
  ]);
});
