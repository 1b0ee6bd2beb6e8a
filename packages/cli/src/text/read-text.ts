import { readFileSync } from 'node:fs';
import { Refusal, reasonOf } from '../run/errors.ts';
import type { Io } from '../run/io.ts';

/** The text of a file, or of standard input for `-`. @throws Refusal `unreadable` */
export async function readText(source: string, io: Pick<Io, 'readStdin'>): Promise<string> {
  return source === '-' ? io.readStdin() : readFile(source);
}

/** The text of a file. @throws Refusal `unreadable` */
export function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal('unreadable', `${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
