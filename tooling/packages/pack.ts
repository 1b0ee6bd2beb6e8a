/** The published packages as `npm publish` would upload them. They have to be built. @module */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { publishedWorkspaces, ROOT } from './workspaces.ts';

/** One packed package. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  /** The absolute path of the `.tgz`. */
  readonly file: string;
  /** Of the `.tgz`, in bytes. */
  readonly size: number;
  /** What is in it, in the order that npm packs it. */
  readonly contents: readonly PackedFile[];
}

export interface PackedFile {
  /** Relative to the package. */
  readonly path: string;
  /** Before compression, in bytes. */
  readonly size: number;
}

interface NpmPack {
  readonly name: string;
  readonly version: string;
  readonly size: number;
  readonly files: readonly PackedFile[];
}

/**
 * Packs every published package, in one call of npm and without the network.
 *
 * @param folder where the tarballs go; it has to exist
 * @param root of the repository
 * @returns the tarballs by the name of their package
 */
export async function packWorkspaces(
  folder: string,
  root: string = ROOT,
): Promise<ReadonlyMap<string, Tarball>> {
  const workspaces = publishedWorkspaces(root).map(({ folder: path }) => `--workspace=${path}`);
  const args = ['pack', '--json', '--ignore-scripts', '--offline', '--loglevel=error'];
  const { stdout } = await promisify(execFile)(
    'npm',
    [...args, `--pack-destination=${folder}`, ...workspaces],
    { cwd: root, shell: process.platform === 'win32', maxBuffer: 64 * 2 ** 20 },
  );
  const packed = JSON.parse(stdout) as readonly NpmPack[];
  return new Map(packed.map((one) => [one.name, toTarball(one, folder)]));
}

function toTarball({ name, version, size, files }: NpmPack, folder: string): Tarball {
  return { name, version, file: join(folder, tarballName(name, version)), size, contents: files };
}

/** As npm names it. */
export function tarballName(name: string, version: string): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}
