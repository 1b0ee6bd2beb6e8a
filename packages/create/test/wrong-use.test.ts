import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pathsIn, run, temporaryFolder } from './support.ts';

/** What is wrong, the command line, and words of the line it gets. */
const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['no folder', [], 'name a folder'],
  ['no folder, with --yes', ['--yes'], 'name a folder'],
  ['a folder without a name', ['', '--yes'], 'the name of the folder'],
  ['a folder of spaces', [' ', '--yes'], 'the name of the folder'],
  ['a folder with NUL in its name', ['a\0b', '--yes'], 'the name of the folder'],
  ['two folders', ['app', 'other', '--yes'], 'too many arguments'],
  ['no framework and nobody to ask', ['app', '--store', 'redis'], 'name --framework (express, koa, fastify)'],
  ['no store and nobody to ask', ['app', '--framework', 'koa'], 'name --store (sqlite, redis, postgres)'],
  [
    'an unknown framework',
    ['app', '--framework', 'hapi', '--yes'],
    'Allowed choices are express, koa, fastify',
  ],
  ['an unknown store', ['app', '--store', 'mysql', '--yes'], 'Allowed choices are sqlite, redis, postgres'],
  ['an unknown transport', ['app', '--transport', 'query', '--yes'], 'Allowed choices are header, cookie'],
  ['an option without its value', ['app', '--yes', '--store'], 'argument missing'],
  ['an unknown option', ['app', '--yes', '--force'], "unknown option '--force'"],
  ['a misspelt option', ['app', '--frameworks', 'koa'], '--framework'],
  [
    'a name of a member that every object has',
    ['app', '--framework', 'toString', '--yes'],
    'Allowed choices',
  ],
  ['control characters', ['app', '--store', '\u001b[31mred', '--yes'], '\\u001b[31mred'],
];

/** Moves into a folder of its own, in which the command lines name theirs. */
function moveAway(): string {
  const before = process.cwd();
  const folder = temporaryFolder();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return folder;
}

describe('wrong use', () => {
  it.each(CASES)('%s: one line on stderr, exit code 2, and nothing written', async (_title, args, words) => {
    const folder = moveAway();
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(/^create-tokenpair: [^\n\p{Cc}]+\n$/u);
    expect(stderr).toContain(words);
    expect([code, stdout, pathsIn(folder)]).toEqual([2, '', []]);
  });
});

describe('what cannot be', () => {
  it.each([
    ['a folder with a file', (path: string) => writeFileSync(join(path, 'notes'), ''), '.', 'is not empty'],
    [
      'a folder with a hidden file',
      (path: string) => writeFileSync(join(path, '.env'), ''),
      '.',
      'is not empty',
    ],
    ['a file in its place', (path: string) => writeFileSync(join(path, 'app'), ''), 'app', 'is no folder'],
    ['a file on the way', (path: string) => writeFileSync(join(path, 'a'), ''), 'a/app', 'is no folder'],
    [
      'a link to a folder that is not empty',
      (path: string) => {
        mkdirSync(join(path, 'full/more'), { recursive: true });
        symlinkSync(join(path, 'full'), join(path, 'app'));
      },
      'app',
      'is not empty',
    ],
  ])('%s: one line on stderr, exit code 1, and nothing written', async (_title, prepare, target, words) => {
    const folder = moveAway();
    prepare(folder);
    const before = pathsIn(folder);
    const { code, stdout, stderr } = await run([target, '--yes']);
    expect(stderr).toMatch(/^create-tokenpair: [^\n]+; nothing was written\n$/);
    expect(stderr).toContain(words);
    expect([code, stdout, pathsIn(folder)]).toEqual([1, '', before]);
  });

  it('says so in JSON too where that was asked for', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes'), '');
    const { code, stdout } = await run([folder, '--yes', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { error: { code: 'folder_not_empty', message: `${folder} is not empty; nothing was written` } },
    ]);
  });
});
