/** Publishes a folder of tarballs, which another job has checked and packed. Runs on Node and npm alone: nothing has to be installed. @module */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tarballName } from './pack.ts';
import { publishedWorkspaces } from './workspaces.ts';

/** Runs npm; what it wrote to standard output, and its exit code. */
export type RunNpm = (args: readonly string[]) => { readonly status: number; readonly stdout: string };

/**
 * Publishes what the registry has not got: a release that ended in its middle goes on where it ended.
 *
 * @param folder with the tarballs of all published packages, and nothing else
 * @param root of the repository at the commit that they were packed from
 * @returns why it did not publish all of them, in a line; or undefined
 */
export function publishTarballs(folder: string, root: string, npm: RunNpm): string | undefined {
  const wanted = publishedWorkspaces(root).map(({ manifest: { name, version } }) => ({
    name,
    version,
    file: tarballName(name, version),
  }));
  const strange = differences(
    readdirSync(folder),
    wanted.map(({ file }) => file),
  );
  if (strange.length > 0) return `${folder} has not the tarballs of this commit (${strange.join(', ')}).`;

  const known = new Map(wanted.map(({ name }) => [name, versionsOf(name, npm)]));
  const unknown = [...known].filter(([, versions]) => versions === undefined).map(([name]) => name);
  if (unknown.length > 0)
    return `npm has no ${unknown.join(', ')} whose publisher this could be: see "The first publication of a name" in CONTRIBUTING.md.`;

  for (const { name, version, file } of wanted) {
    if (known.get(name)?.includes(version)) continue;
    const path = join(resolve(folder), file);
    // With no script of a package: what there was to do was done before it was packed.
    const { status } = npm(['publish', path, '--provenance', '--access=public', '--ignore-scripts']);
    if (status !== 0) return `npm did not take ${name} ${version}.`;
  }
  return undefined;
}

/** What is in one of them alone. */
function differences(some: readonly string[], others: readonly string[]): readonly string[] {
  const missing = others.filter((one) => !some.includes(one));
  return [...some.filter((one) => !others.includes(one)), ...missing].sort();
}

/** Those that the registry has; undefined for a package that it does not know. */
function versionsOf(name: string, npm: RunNpm): readonly string[] | undefined {
  const { status, stdout } = npm(['view', name, 'versions', '--json']);
  if (status === 0) return [JSON.parse(stdout)].flat();
  if (/"code":\s*"E404"/.test(stdout)) return undefined;
  throw new Error(`npm does not say which versions of ${name} there are.`);
}
