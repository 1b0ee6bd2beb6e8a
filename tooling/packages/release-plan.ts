/** What a release would publish: found out in a copy, so that nothing here changes, and without the network. @module */
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { packWorkspaces, type Tarball } from './pack.ts';
import { pendingChangesets } from './release-group.ts';
import { publishedWorkspaces } from './workspaces.ts';

/** One package of a release. */
export interface PlannedPackage {
  readonly name: string;
  /** Its version now. */
  readonly from: string;
  /** The version that it would be published with. */
  readonly to: string;
  /** What its changelog would say of that version, in Markdown without the version's own heading; '' for nothing. */
  readonly changelog: string;
  readonly tarball: Tarball;
}

/**
 * The packages of the next release. They have to be built.
 *
 * @param root of the repository
 */
export async function planRelease(root: string): Promise<readonly PlannedPackage[]> {
  const copy = mkdtempSync(join(tmpdir(), 'tokenpair-release-'));
  try {
    copyTree(root, copy);
    await applyChangesets(root, copy);
    const packed = join(copy, '.tarballs');
    mkdirSync(packed);
    const tarballs = await packWorkspaces(packed, copy);
    const before = new Map(
      publishedWorkspaces(root).map(({ manifest }) => [manifest.name, manifest.version]),
    );
    return publishedWorkspaces(copy).map(({ folder, manifest: { name, version } }) => {
      const tarball = tarballs.get(name);
      if (tarball === undefined) throw new Error(`${name} was not packed`);
      const changelog = changelogOf(join(copy, folder, 'CHANGELOG.md'), version);
      return { name, from: before.get(name) ?? version, to: version, changelog, tarball };
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What git would commit, and what is built. */
function copyTree(root: string, copy: string): void {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    options,
  );
  const paths = [...listed.split('\0').filter(Boolean), ...globSync('packages/*/dist', { cwd: root })];
  for (const path of paths) {
    if (!existsSync(join(root, path))) continue; // deleted, and not yet committed
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
}

/** Without any, changesets ends with an error: what is there is what would be published. */
async function applyChangesets(root: string, copy: string): Promise<void> {
  if (pendingChangesets(root).length === 0) return;
  // It loads the writer of changelogs from there.
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const changeset = join(root, 'node_modules/@changesets/cli/bin.js');
  await promisify(execFile)(process.execPath, [changeset, 'version'], { cwd: copy });
}

function changelogOf(path: string, version: string): string {
  if (!existsSync(path)) return '';
  const [, ...versions] = readFileSync(path, 'utf8').split(/^## /m);
  const own = versions.find((text) => text.startsWith(`${version}\n`)) ?? '';
  return own.slice(version.length).trim();
}
