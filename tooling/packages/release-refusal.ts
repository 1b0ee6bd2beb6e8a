/** When nothing may be published. @module */
import { execFileSync } from 'node:child_process';
import { pendingChangesets } from './release-group.ts';

/** Names by which npm finds out that it may have a provenance statement signed, by the service that runs the release. */
const PROVENANCE: readonly (readonly string[])[] = [
  ['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ['GITLAB_CI', 'SIGSTORE_ID_TOKEN'],
];

/**
 * Why nothing may be published from here, in a line; or undefined.
 *
 * @param root of the repository
 * @param env of the process
 */
export function refusalOf(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const refusal = packingRefusalOf(root);
  if (refusal !== undefined) return refusal;
  if (!PROVENANCE.some((names) => names.every((name) => (env[name] ?? '') !== '')))
    return 'nobody here can sign where the packages come from (provenance): push a tag, and let the workflow "Release" publish.';
  return undefined;
}

/** Why nothing may be packed from here that is to be published, in a line; or undefined. */
export function packingRefusalOf(root: string): string | undefined {
  const changed = changedFiles(root);
  if (changed.length > 0)
    return `the working tree is not clean (${changed.length} files, such as ${changed[0]}): commit first, so that what is published can be found again.`;
  const pending = pendingChangesets(root);
  if (pending.length > 0)
    return `${pending.length === 1 ? 'a changeset is' : `${pending.length} changesets are`} pending (${pending.map(({ id }) => id).join(', ')}): run \`npm run release:version\` and commit first.`;
  return undefined;
}

/** Relative to the root; what git ignores does not count. */
export function changedFiles(root: string): readonly string[] {
  const output = execFileSync(
    'git',
    ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return output
    .split('\0')
    .filter(Boolean)
    .map((line) => line.slice(3));
}
