import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillIn } from '../src/app/fill-in.ts';
import { packageNameOf } from '../src/app/manifest.ts';
import { VERSIONS } from '../src/app/versions.ts';
import { writeApp } from '../src/app/write-app.ts';
import { pathsIn, run, temporaryFolder } from './support.ts';

const ROOT = new URL('../../../', import.meta.url);

function textOf(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}

describe('what is written', () => {
  it('is told, with what to do next', async () => {
    const folder = join(temporaryFolder(), 'My shop');
    const { code, stdout, stderr } = await run([folder, '--yes']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Made ${folder}: Express, SQLite, tokens in the Authorization header.`);
    for (const step of ['/My shop"', '  npm install', '  npm run user -- add ada', '  npm start'])
      expect(stdout).toContain(`${step}\n`);
    expect(stdout).not.toContain(/^TOKENPAIR_SECRET=(.+)$/m.exec(textOf(folder, '.env'))?.[1]);
    expect(textOf(folder, 'README.md')).toMatch(/^# my-shop\n/);
  });

  it('is told in JSON, path by path', async () => {
    const folder = join(temporaryFolder(), 'shop');
    const { stdout } = await run([folder, '--framework', 'koa', '--store', 'redis', '--json']);
    const { files, next, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ folder, framework: 'koa', store: 'redis', transport: 'header' });
    expect(files).toEqual(pathsIn(folder).filter((path) => statSync(join(folder, path)).isFile()));
    expect(next.slice(1)).toEqual(['npm install', 'npm run user -- add ada', 'npm start']);
  });

  it('goes into a clone of an empty repository', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.git'));
    expect((await run([folder, '--yes'])).code).toBe(0);
    expect(pathsIn(folder)).toContain('src/main.ts');
  });

  it('has a secret for its owner alone, and an example without one', async () => {
    const folder = join(temporaryFolder(), 'shop');
    await run([folder, '--yes']);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    expect(textOf(folder, '.env')).toMatch(/^TOKENPAIR_SECRET=[\w-]{64}$/m);
    expect(textOf(folder, '.env.example')).toMatch(/^TOKENPAIR_SECRET=$/m);
    expect(textOf(folder, '.gitignore').split('\n')).toContain('.env');
  });

  it('leaves no place of a template open', async () => {
    for (const store of ['sqlite', 'redis', 'postgres'])
      for (const transport of ['header', 'cookie']) {
        const folder = join(temporaryFolder(), 'shop');
        await run([folder, '--yes', '--store', store, '--transport', transport]);
        for (const path of ['README.md', '.env', '.env.example'])
          expect(textOf(folder, path)).not.toMatch(/\{\{|undefined/);
      }
    expect(() => fillIn('{{nobody}}', {})).toThrow('{{nobody}}');
  });

  it('is gone when it cannot be finished', () => {
    const folder = temporaryFolder();
    const files = new Map([
      ['one', { text: '' }],
      ['deep/er/two', { text: '' }],
      ['deep', { text: 'a folder by now' }],
    ]);
    expect(() => writeApp(join(folder, 'new/app'), files)).toThrow(/cannot be written \(E\w+\)/);
    expect(pathsIn(folder)).toEqual([]);
  });

  it('goes over no file that came there meanwhile', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'two'), 'mine');
    const files = new Map([
      ['one', { text: '' }],
      ['two', { text: '' }],
    ]);
    expect(() => writeApp(folder, files)).toThrow('cannot be written (EEXIST)');
    expect([pathsIn(folder), textOf(folder, 'two')]).toEqual([['two'], 'mine']);
  });

  it.each([
    ['my-app', 'my-app'],
    ['My App!', 'my-app'],
    ['.hidden', 'hidden'],
    ['größe', 'gr-e'],
    ['日本', 'app'],
    ['a'.repeat(300), 'a'.repeat(214)],
  ])('%s is the package %s', (folder, name) => {
    expect(packageNameOf(folder)).toBe(name);
  });
});

describe('versions', () => {
  it('are those that this repository is tried with', () => {
    const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    const both = Object.entries(VERSIONS)
      .map(([name, version]) => [name, version, packages[`node_modules/${name}`]?.version] as const)
      .filter(([, , here]) => here !== undefined);
    // @koa/router is for new apps alone.
    expect(both.length).toBeGreaterThanOrEqual(Object.keys(VERSIONS).length - 1);
    expect(both.filter(([, version, here]) => version !== here)).toEqual([]);
  });
});

describe('help', () => {
  it('names every option, and is no failure', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of [
      '[folder]',
      '--framework',
      '--store',
      '--transport',
      '--yes',
      '--json',
      'Exit codes',
    ])
      expect(stdout).toContain(option);
  });
});
