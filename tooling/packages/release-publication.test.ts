import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { publishTarballs, type RunNpm } from './release-publication.ts';

const PACKED = { 'x-one-1.2.0.tgz': '', 'x-two-1.2.0.tgz': '', 'create-x-1.2.0.tgz': '' };
const KNOWN = { '@x/one': ['1.1.0'], '@x/two': ['1.1.0', '1.2.0'], 'create-x': '1.1.0' };
const root = (): string =>
  fixture({
    'packages/one/package.json': { name: '@x/one', version: '1.2.0' },
    'packages/two/package.json': { name: '@x/two', version: '1.2.0' },
    'packages/create/package.json': { name: 'create-x', version: '1.2.0' },
    'packages/own/package.json': { name: '@x/own', version: '1.2.0', private: true },
  });

/** npm as it answers `view --json`, and what it was told to publish. */
function npmOf(
  versions: Readonly<Record<string, unknown>>,
  refuses = '',
): { readonly npm: RunNpm; readonly published: string[][] } {
  const published: string[][] = [];
  const npm: RunNpm = ([verb, subject = '', ...options]) => {
    if (verb === 'view') {
      const found = versions[subject];
      return found === undefined
        ? { status: 1, stdout: '{\n  "error": {\n    "code": "E404",\n    "summary": "Not Found"\n  }\n}\n' }
        : { status: 0, stdout: `${JSON.stringify(found)}\n` };
    }
    published.push([subject, ...options]);
    return { status: refuses !== '' && subject.includes(refuses) ? 1 : 0, stdout: '' };
  };
  return { npm, published };
}

it('publishes what the registry has not got, signed and without scripts', () => {
  const folder = fixture(PACKED);
  const { npm, published } = npmOf(KNOWN);
  expect(publishTarballs(folder, root(), npm)).toBeUndefined();
  const options = ['--provenance', '--access=public', '--ignore-scripts'];
  expect(published).toEqual([
    [join(folder, 'x-one-1.2.0.tgz'), ...options],
    [join(folder, 'create-x-1.2.0.tgz'), ...options],
  ]);
});

it('refuses a folder that lacks a tarball, and one with a tarball of something else', () => {
  const folder = fixture({ ...PACKED, 'x-own-1.2.0.tgz': '' });
  const { npm, published } = npmOf(KNOWN);
  expect(publishTarballs(folder, root(), npm)).toMatch(/of this commit \(x-own-1\.2\.0\.tgz\)/);
  rmSync(join(folder, 'x-own-1.2.0.tgz'));
  rmSync(join(folder, 'x-one-1.2.0.tgz'));
  writeFileSync(join(folder, 'x-one-1.1.0.tgz'), '');
  expect(publishTarballs(folder, root(), npm)).toMatch(/\(x-one-1\.1\.0\.tgz, x-one-1\.2\.0\.tgz\)/);
  expect(published).toEqual([]);
});

it('publishes nothing while npm does not know a name, and says where that is written', () => {
  const { npm, published } = npmOf({ ...KNOWN, '@x/one': undefined });
  expect(publishTarballs(fixture(PACKED), root(), npm)).toMatch(
    /^npm has no @x\/one .*"The first publication of a name" in CONTRIBUTING\.md/,
  );
  expect(published).toEqual([]);
});

it('publishes nothing where the registry cannot be asked', () => {
  const npm: RunNpm = () => ({ status: 1, stdout: '{ "error": { "code": "ECONNREFUSED" } }' });
  expect(() => publishTarballs(fixture(PACKED), root(), npm)).toThrow('npm does not say');
});

it('ends at the first package that npm does not take', () => {
  const { npm, published } = npmOf(KNOWN, 'x-one');
  expect(publishTarballs(fixture(PACKED), root(), npm)).toBe('npm did not take @x/one 1.2.0.');
  expect(published).toHaveLength(1);
});
