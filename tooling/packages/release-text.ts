/** A planned release, for people. @module */
import { dirname, extname } from 'node:path';
import type { Tarball } from './pack.ts';
import type { PlannedPackage } from './release-plan.ts';

/**
 * Versions, changelogs and contents of the tarballs.
 *
 * @param showFiles names every file; else folders, with how many there are of each ending
 */
export function describeRelease(plan: readonly PlannedPackage[], showFiles: boolean): string {
  return plan.map((one) => describe(one, showFiles)).join('\n\n');
}

function describe({ name, from, to, changelog, tarball }: PlannedPackage, showFiles: boolean): string {
  const files = showFiles ? tarball.contents.map(({ path, size }) => `${path}  ${size}`) : folders(tarball);
  return [
    from === to ? `${name} ${to}, as it is` : `${name} ${from} -> ${to}`,
    ...indent(changelog === '' ? ['no changes of its own'] : changelog.split('\n').filter(Boolean)),
    `  tarball: ${tarball.contents.length} files, ${(tarball.size / 1_000).toFixed(1)} kB`,
    ...indent(indent(files)),
  ].join('\n');
}

function folders({ contents }: Tarball): readonly string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { path } of contents) {
    const folder = folderOf(path);
    const endings = counts.get(folder) ?? new Map<string, number>();
    const ending = folder === '.' ? path : endingOf(path);
    counts.set(folder, endings.set(ending, (endings.get(ending) ?? 0) + 1));
  }
  return [...counts].sort().map(([folder, endings]) => {
    const sorted = [...endings].sort(([a], [b]) => a.localeCompare(b, 'en'));
    if (folder === '.') return sorted.map(([name]) => name).join(', ');
    return `${folder}/: ${sorted.map(([ending, count]) => `${count} ${ending}`).join(', ')}`;
  });
}

/** Of at most two levels: deeper ones are told together. */
function folderOf(path: string): string {
  return dirname(path).split('/').slice(0, 2).join('/');
}

function endingOf(path: string): string {
  return /\.(d\.ts|js|d\.ts\.map|js\.map)$/.exec(path)?.[0] ?? extname(path);
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
