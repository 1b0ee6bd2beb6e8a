/** Whether all published packages are released together, with one version, by what changesets will do. @module */
import { globSync, readFileSync } from 'node:fs';
import { basename, join, matchesGlob } from 'node:path';
import { publishedWorkspaces, ROOT } from './workspaces.ts';

interface Config {
  readonly fixed?: readonly (readonly string[])[];
  readonly linked?: readonly unknown[];
  readonly ignore?: readonly string[];
}

/** What stands against one version for all. */
export function groupProblems(root: string = ROOT): readonly string[] {
  const published = publishedWorkspaces(root).map(({ manifest }) => manifest);
  const names = published.map(({ name }) => name);
  return [
    ...configProblems(root, names).map((problem) => `.changeset/config.json: ${problem}`),
    ...pendingProblems(root, names),
    ...versionProblems(published),
  ];
}

/** The changesets that wait for a release, and the packages that each names. */
export function pendingChangesets(root: string): readonly { id: string; names: readonly string[] }[] {
  return globSync('.changeset/*.md', { cwd: root })
    .filter((path) => basename(path) !== 'README.md')
    .sort()
    .map((path) => {
      const [, head = ''] = readFileSync(join(root, path), 'utf8').split(/^---$/m);
      const names = [...head.matchAll(/^['"]?([^'":]+)['"]?:/gm)].map(([, name = '']) => name);
      return { id: basename(path, '.md'), names };
    });
}

function configProblems(root: string, names: readonly string[]): readonly string[] {
  const {
    fixed = [],
    linked = [],
    ignore = [],
  } = JSON.parse(readFileSync(join(root, '.changeset/config.json'), 'utf8')) as Config;
  const [group = [], ...others] = fixed;
  if (others.length > 0 || linked.length > 0 || ignore.length > 0)
    return ['it has to have one "fixed" group, and nothing in "linked" and "ignore"'];
  return names
    .filter((name) => !group.some((pattern) => matchesGlob(name, pattern)))
    .map((name) => `${name} is published and not in the "fixed" group`);
}

function pendingProblems(root: string, names: readonly string[]): readonly string[] {
  return pendingChangesets(root).flatMap(({ id, names: named }) => [
    ...(named.length === 0 ? [`.changeset/${id}.md: it names no package`] : []),
    ...named
      .filter((name) => !names.includes(name))
      .map((name) => `.changeset/${id}.md: ${name} is no published package`),
  ]);
}

function versionProblems(published: readonly { name: string; version: string }[]): readonly string[] {
  const [first, ...rest] = published;
  return rest
    .filter(({ version }) => version !== first?.version)
    .map(
      ({ name, version }) =>
        `${name} is at ${version}, and ${first?.name} at ${first?.version}: they are released together`,
    );
}
