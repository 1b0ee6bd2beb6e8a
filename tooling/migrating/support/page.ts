import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));
export const FOLDER: string = join(ROOT, 'docs/migrating');

export function readPage(name: string): string {
  return readFileSync(join(FOLDER, `${name}.md`), 'utf8');
}

/** The TypeScript of a page, block by block. */
export function blocksOf(page: string): readonly string[] {
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

/** The rows of a table below a heading, without its head; a cell as the page has it. Without a number the first. */
export function tableBelow(page: string, heading: string, number = 0): readonly (readonly string[])[] {
  const [, below] = page.split(`\n## ${heading}\n`);
  if (below === undefined) throw new Error(`no heading "${heading}"`);
  const [section = ''] = below.split('\n## ');
  const [, table = ''] = [...section.matchAll(/\n((?:\|.*\|\n)+)/g)][number] ?? [];
  const [, , ...rows] = table.trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What a cell has in backticks. */
export function codesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** A cell without its backticks. */
export function plain(cell: string): string {
  return cell.replaceAll('`', '');
}

/** A file of this folder, which a page shows. */
export function sourceOf(path: string): string {
  return readFileSync(join(import.meta.dirname, '..', path), 'utf8');
}
