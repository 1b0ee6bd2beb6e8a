import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, Refusal } from '../run/errors.ts';
import type { AppFiles } from './compose.ts';

/**
 * Writes the files into a folder, which is made where it is missing. No file that is there is written over; what fails in the middle leaves
 * nothing behind.
 *
 * @throws Refusal
 */
export function writeApp(folder: string, files: AppFiles): void {
  const undo: (() => void)[] = [];
  try {
    for (const [path, { text, secret }] of files) {
      const file = join(folder, path);
      makeFolder(dirname(file), undo);
      writeFileSync(file, text, { flag: 'wx', mode: secret === true ? 0o600 : 0o666 });
      undo.push(() => rmSync(file));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    const reason = codeOf(error) ?? 'unknown';
    throw new Refusal('cannot_write', `${folder} cannot be written (${reason}); nothing was left there`, {
      cause: error,
    });
  }
}

/** With the folders above it, each of which is remembered where it was not there. */
function makeFolder(folder: string, undo: (() => void)[]): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(folder), undo);
    mkdirSync(folder);
  }
  undo.push(() => rmdirSync(folder));
}
