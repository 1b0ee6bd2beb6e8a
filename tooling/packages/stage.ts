/** A folder outside of the repository in which the packed packages are installed as in an app. @module */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { packWorkspaces, type Tarball } from './pack.ts';
import { type Manifest, publishedWorkspaces, ROOT } from './workspaces.ts';

interface Lock {
  readonly packages: { '': { dependencies?: object }; [path: string]: object };
}

const HINT =
  'What a package depends on is pinned in tooling/packages/fixtures; there: npm install --save-dev --save-exact --package-lock-only <name>@<version>';
const FIXTURES = join(ROOT, 'tooling/packages/fixtures');

/**
 * Packs, and installs by one `npm ci`: third parties from the lockfile of the fixtures, our packages from their tarballs. Nothing of the
 * repository can be reached from there.
 *
 * @param folder empty, and outside of the repository
 * @returns what was installed
 * @throws Error with what npm says: a dependency that the lockfile of the fixtures has not got, or not in that range
 */
export async function makeStage(folder: string): Promise<readonly Tarball[]> {
  const packed = join(folder, 'tarballs');
  mkdirSync(packed);
  const tarballs = [...(await packWorkspaces(packed)).values()];
  cpSync(FIXTURES, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  pinTarballs(folder, tarballs);
  await install(folder);
  return tarballs;
}

async function install(folder: string): Promise<void> {
  const args = ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  await npm.catch(({ stderr }: { stderr: string }) => {
    const missing = stderr.match(/^npm error (Missing|Invalid): .*$/gm);
    if (missing === null) throw new Error(stderr.slice(0, 2_000));
    throw new Error(`${missing.join('\n')}\n${HINT}`);
  });
}

/** Writes our packages into the lock as npm would, so that a range of theirs that nothing satisfies fails the installation. */
function pinTarballs(folder: string, tarballs: readonly Tarball[]): void {
  const manifests = new Map(publishedWorkspaces().map(({ manifest }) => [manifest.name, manifest]));
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const packages = Object.fromEntries(
    tarballs.map(({ name, file }) => [`node_modules/${name}`, lockEntry(manifests.get(name), file)]),
  );
  editJson(join(folder, 'package.json'), (manifest: object) => ({ ...manifest, dependencies }));
  editJson(join(folder, 'package-lock.json'), (lock: Lock) => ({
    ...lock,
    packages: { ...lock.packages, ...packages, '': { ...lock.packages[''], dependencies } },
  }));
}

function lockEntry(manifest: Manifest | undefined, file: string): object {
  const { version, dependencies, peerDependencies, peerDependenciesMeta, bin, engines } = manifest ?? {};
  return {
    version,
    resolved: `file:${file}`,
    dependencies,
    peerDependencies,
    peerDependenciesMeta,
    bin,
    engines,
  };
}

function editJson<Content>(path: string, edit: (content: Content) => object): void {
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')) as Content), undefined, 2));
}
