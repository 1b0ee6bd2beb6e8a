import { readdirSync } from 'node:fs';
import { codeOf, Refusal } from '../run/errors.ts';

/** A clone of an empty repository is empty as far as an app goes. */
const HARMLESS: ReadonlySet<string> = new Set(['.git']);

/** @throws Refusal when there is something in the folder, or it is none */
export function assertEmpty(folder: string): void {
  const names = namesIn(folder).filter((name) => !HARMLESS.has(name));
  if (names.length > 0) throw new Refusal('folder_not_empty', `${folder} is not empty; nothing was written`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return [];
    const reason = code === 'ENOTDIR' ? 'is no folder' : `cannot be read (${code})`;
    throw new Refusal('folder_not_usable', `${folder} ${reason}; nothing was written`, { cause: error });
  }
}
