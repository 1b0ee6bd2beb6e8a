import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../blocks/pages.ts';

/** @param path from the root of the repository */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
