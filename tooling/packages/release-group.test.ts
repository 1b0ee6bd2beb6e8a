import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { groupProblems, pendingChangesets } from './release-group.ts';
import { publishedWorkspaces, ROOT } from './workspaces.ts';

const CONFIG = { fixed: [['{@x/*,create-x}']], linked: [], ignore: [] };
const CHANGESET = `---\n'@x/one': minor\n"@x/two": patch\n---\n\nWhat: it does.\n`;

interface Given {
  readonly config?: object;
  readonly changeset?: string;
  readonly version?: string;
}

function given({ config = {}, changeset = CHANGESET, version = '1.0.0' }: Given): string {
  return fixture({
    '.changeset/config.json': { ...CONFIG, ...config },
    '.changeset/README.md': 'not a changeset',
    '.changeset/sharp-words.md': changeset,
    'packages/one/package.json': { name: '@x/one', version: '1.0.0' },
    'packages/two/package.json': { name: '@x/two', version },
    'packages/create/package.json': { name: 'create-x', version: '1.0.0' },
    'packages/own/package.json': { name: '@y/own', version: '9.0.0', private: true },
  });
}

it('accepts one group of all that is published, and changesets of it', () => {
  const root = given({});
  expect(groupProblems(root)).toEqual([]);
  expect(pendingChangesets(root)).toEqual([{ id: 'sharp-words', names: ['@x/one', '@x/two'] }]);
});

it('accepts this repository, whose group has every published package', () => {
  expect(publishedWorkspaces(ROOT).length).toBeGreaterThanOrEqual(10);
  expect(groupProblems(ROOT)).toEqual([]);
});

it.each<[string, Given, string]>([
  ['a package outside the group', { config: { fixed: [['@x/*']] } }, 'create-x is published and not'],
  ['two groups', { config: { fixed: [['@x/*'], ['create-x']] } }, 'one "fixed" group'],
  ['a package that is ignored', { config: { ignore: ['@x/two'] } }, '"ignore"'],
  ['a changeset of no package', { changeset: '---\n---\n\nNothing.\n' }, 'names no package'],
  [
    'a changeset of what is not published',
    { changeset: `---\n'@y/own': patch\n---\n` },
    '@y/own is no published',
  ],
  ['a version apart', { version: '1.0.1' }, '@x/two is at 1.0.1, and @x/one at 1.0.0'],
])('refuses %s', (_title, what, problem) => {
  expect(groupProblems(given(what))).toEqual([expect.stringContaining(problem)]);
});
