/** The examples of the packages' READMEs, as files of an app that has installed them. @module */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { publishedWorkspaces, ROOT } from './workspaces.ts';

/** One example in TypeScript. */
export interface ReadmeBlock {
  /** Of the file without its ending: the package's folder, and its place in the README. */
  readonly name: string;
  readonly code: string;
  /** Whether it runs by itself; others want a server, and are type-checked alone. */
  readonly runs: boolean;
}

/** Clients of servers that are not there. */
const CLIENTS = /from '(ioredis|redis|pg|postgres|mysql2[^']*|mariadb)'/;

/** Every block of TypeScript in the README of a published package. */
export function readmeBlocks(root: string = ROOT): readonly ReadmeBlock[] {
  return publishedWorkspaces(root).flatMap(({ folder }) => {
    const text = readFileSync(join(root, folder, 'README.md'), 'utf8');
    return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ''], index) => ({
      name: `${basename(folder)}-${index + 1}`,
      code,
      runs: !CLIENTS.test(code),
    }));
  });
}

/** Writes the blocks into `readme/` of a folder. */
export function writeBlocks(blocks: readonly ReadmeBlock[], folder: string): void {
  mkdirSync(join(folder, 'readme'));
  for (const { name, code } of blocks) writeFileSync(join(folder, 'readme', `${name}.ts`), code);
}
