/** What of this repository is published: every package that is not private. @module */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** The targets of one subpath in `exports`, by condition. */
export type Conditions = Readonly<Record<string, string>>;

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly repository?: { readonly url?: string; readonly directory?: string };
  readonly sideEffects?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Conditions>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: object;
}

/** A package that is published. */
export interface Workspace {
  /** Relative to the root, with forward slashes: `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The packages that are published, by name. */
export function publishedWorkspaces(root: string = ROOT): readonly Workspace[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((path) => ({
      folder: dirname(path).replaceAll('\\', '/'),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    }))
    .filter(({ manifest }) => manifest.private !== true)
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, 'en'));
}
