import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { packWorkspaces } from './pack.ts';

const packageJson = (more: object): object => ({
  name: '@x/one',
  version: '1.0.0',
  files: ['dist'],
  ...more,
});

it('packs what is published, once, and says where it is and what is in it', async () => {
  const root = fixture({
    'package.json': { private: true, workspaces: ['packages/*'] },
    'packages/one/package.json': packageJson({}),
    'packages/one/dist/index.js': 'export {};\n',
    'packages/one/src/index.ts': 'export {};\n',
    'packages/two/package.json': packageJson({ name: 'create-two', version: '2.0.0' }),
    'packages/own/package.json': packageJson({ name: '@x/own', private: true }),
    'out/.keep': '',
  });
  const tarballs = await packWorkspaces(`${root}/out`, root);
  expect([...tarballs.keys()].sort()).toEqual(['@x/one', 'create-two']);
  for (const { file } of tarballs.values()) expect(existsSync(file), file).toBe(true);
  expect(tarballs.get('@x/one')?.contents.map(({ path }) => path)).toEqual(['dist/index.js', 'package.json']);
  expect(tarballs.get('create-two')?.file).toBe(`${root}/out/create-two-2.0.0.tgz`);
});
