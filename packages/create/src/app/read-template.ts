import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATES = new URL('../../templates/', import.meta.url);

/** The files of a template: paths in it, with slashes, and texts. */
export function readTemplate(name: string): readonly (readonly [path: string, text: string])[] {
  const root = fileURLToPath(new URL(name, TEMPLATES));
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(root, file).replaceAll(sep, '/'), readFileSync(file, 'utf8')]);
}
