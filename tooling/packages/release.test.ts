import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { pendingChangesets } from './release-group.ts';
import { planRelease } from './release-plan.ts';
import { packingRefusalOf, refusalOf } from './release-refusal.ts';
import { describeRelease } from './release-text.ts';
import { publishedWorkspaces, ROOT } from './workspaces.ts';

vi.setConfig({ testTimeout: 60_000 });

const RELEASE = join(ROOT, 'tooling/packages/release.ts');
const GITHUB = {
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a ticket',
};

/** Neither a registry nor anybody to sign: what is asked for all the same fails at once. */
const ALONE = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  npm_config_registry: 'http://127.0.0.1:9/',
  HTTPS_PROXY: 'http://127.0.0.1:9/',
};

/** Of every file that git knows or would add, with its content. */
function treeOf(root: string): string {
  const listed = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const hash = createHash('sha256').update(git(root, ['status', '--porcelain']));
  for (const path of listed.split('\0').filter((one) => /^(\.changeset|packages|package)/.test(one)))
    hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function git(cwd: string, args: readonly string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function repository(files: Record<string, string | object> = {}): string {
  const root = fixture({ '.gitignore': 'dist/\n', 'README.md': 'one', ...files });
  git(root, ['init', '-q']);
  git(root, ['add', '-A']);
  git(root, ['commit', '-qm', 'one']);
  return root;
}

describe('npm run release -- --dry', () => {
  it('shows versions, changelogs and contents, without the network and without a change of the tree', async () => {
    const before = treeOf(ROOT);
    const { stdout } = await promisify(execFile)(process.execPath, [RELEASE, '--dry'], { env: ALONE });
    expect(treeOf(ROOT)).toBe(before);

    const names = publishedWorkspaces().map(({ manifest }) => manifest.name);
    const heads = [...stdout.matchAll(/^(\S+) (?:\S+ -> (\S+)|(\S+), as it is)$/gm)];
    expect(heads.map(([, name]) => name)).toEqual(names);
    expect(new Set(heads.map(([, , to, same]) => to ?? same)).size).toBe(1);
    expect(stdout.match(/^ {2}tarball: \d+ files, [\d.]+ kB$/gm)).toHaveLength(names.length);
    expect(stdout.match(/^ {4}.*LICENSE, package\.json, README\.md/gm)?.length).toBe(names.length);
    for (const { id } of pendingChangesets(ROOT)) {
      const [summary = ''] = readFileSync(join(ROOT, `.changeset/${id}.md`), 'utf8')
        .split('---\n\n')
        .slice(1);
      expect(stdout).toContain(summary.trim());
    }
  });
});

describe('a planned release', () => {
  it('is what is there, where no changeset waits', async () => {
    const root = repository({
      'package.json': { private: true, workspaces: ['packages/*'] },
      '.changeset/config.json': {},
      'packages/one/package.json': { name: '@x/one', version: '1.2.0', files: ['dist', 'src'] },
      'packages/one/CHANGELOG.md': '# @x/one\n\n## 1.2.0\n\n- Mended.\n\n## 1.1.0\n\n- Older.\n',
      'packages/one/src/a/b/deep.ts': '',
    });
    mkdirSync(join(root, 'packages/one/dist'));
    writeFileSync(join(root, 'packages/one/dist/index.d.ts'), 'export {};');
    const plan = await planRelease(root);
    expect(plan).toMatchObject([{ name: '@x/one', from: '1.2.0', to: '1.2.0', changelog: '- Mended.' }]);
    const short = describeRelease(plan, false);
    expect(short).toMatch(/^@x\/one 1\.2\.0, as it is\n {2}- Mended\.\n {2}tarball: 3 files/);
    expect(short).toContain('\n    dist/: 1 .d.ts\n    src/a/: 1 .ts');
    expect(describeRelease(plan, true)).toContain('\n    dist/index.d.ts  10');
  });
});

describe('npm run release', () => {
  it.each([[], ['--publish', ROOT]])(
    'refuses with one line where it may not publish: %j',
    async (...args) => {
      const ran = promisify(execFile)(process.execPath, [RELEASE, ...args], { env: ALONE });
      await expect(ran).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^release: .+\n$/),
      });
    },
  );

  it('goes on with a clean tree, nothing pending and somebody who signs', () => {
    const root = repository();
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'dist/index.js'), '');
    expect(refusalOf(root, GITHUB)).toBeUndefined();
    expect(refusalOf(root, { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'a ticket' })).toBeUndefined();
  });

  it('refuses a tree with a file that is changed, and with one that is new', () => {
    const root = repository();
    writeFileSync(join(root, 'new file.ts'), '');
    expect(refusalOf(root, GITHUB)).toMatch(/not clean \(1 files, such as new file\.ts\)/);
    writeFileSync(join(root, 'README.md'), 'two');
    expect(refusalOf(root, GITHUB)).toMatch(/not clean \(2 files/);
  });

  it('refuses while a changeset waits', () => {
    const root = repository();
    mkdirSync(join(root, '.changeset'));
    writeFileSync(join(root, '.changeset/calm-lines.md'), `---\n'@x/one': patch\n---\n\nMended.\n`);
    git(root, ['add', '-A']);
    git(root, ['commit', '-qm', 'two']);
    expect(refusalOf(root, GITHUB)).toMatch(/a changeset is pending \(calm-lines\): run/);
  });

  it('packs where nobody signs, and refuses the rest there too', () => {
    const root = repository();
    expect(packingRefusalOf(root)).toBeUndefined();
    writeFileSync(join(root, 'README.md'), 'two');
    expect(packingRefusalOf(root)).toMatch(/not clean/);
  });

  it.each(Object.keys(GITHUB))('refuses where nobody signs: without %s', (name) => {
    expect(refusalOf(repository(), { ...GITHUB, [name]: '' })).toMatch(/provenance/);
  });
});
