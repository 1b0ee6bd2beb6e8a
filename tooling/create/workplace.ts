/**
 * A folder in which apps are made by the packed `create-tokenpair` and run against packed packages: one install for all of them, which Node finds in the
 * folder above.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { VERSIONS } from '../../packages/create/src/app/versions.ts';
import { packWorkspaces, type Tarball } from '../packages/pack.ts';
import { startRegistry } from './own-registry.ts';

/** The parts of an app's package.json that are looked at. */
export interface AppManifest {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** An app that was made. */
export interface App {
  readonly folder: string;
  readonly manifest: AppManifest;
}

export interface Workplace {
  readonly folder: string;
  /** What is installed for all, by name. */
  readonly installed: Readonly<Record<string, string>>;
  /** Makes an app with the arguments given; below `apps` its packages are there already. */
  make(path: string, args: readonly string[]): Promise<App>;
  /** Runs npm in a folder, with the packed packages as those of the scope. */
  npm(folder: string, args: readonly string[]): Promise<void>;
  remove(): void;
}

const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

export async function openWorkplace(): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-create-'));
  const packed = join(folder, 'packed');
  mkdirSync(packed);
  const tarballs = await packWorkspaces(packed);
  const registry = await startRegistry(tarballs);
  const installed = packagesOfAll(tarballs);

  async function npm(cwd: string, args: readonly string[]): Promise<void> {
    writeFileSync(join(cwd, '.npmrc'), `@tokenpair:registry=${registry.url}\n`);
    await promisify(execFile)('npm', [...args, ...QUIET], { cwd, shell: process.platform === 'win32' });
  }

  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { ...installed, 'create-tokenpair': tarballs.get('create-tokenpair')?.file },
    }),
  );
  await npm(folder, ['install']);
  const program = join(folder, 'node_modules/create-tokenpair/dist/main.js');

  return {
    folder,
    installed,
    npm,
    async make(path, args) {
      const target = join(folder, path);
      await promisify(execFile)(process.execPath, [program, target, ...args], { cwd: folder });
      const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as AppManifest;
      return { folder: target, manifest };
    },
    remove() {
      registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What all apps together may depend on: TypeScript is taken from this repository. */
function packagesOfAll(tarballs: ReadonlyMap<string, Tarball>): Readonly<Record<string, string>> {
  const { typescript: _, ...others } = VERSIONS;
  const own = ['core', 'express', 'koa', 'fastify', 'store-sqlite', 'store-redis', 'store-postgres'].map(
    (name) => [`@tokenpair/${name}`, tarballs.get(`@tokenpair/${name}`)?.version ?? ''],
  );
  return { ...others, ...Object.fromEntries(own) };
}
