import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every byte below a folder, file by file. */
export function bytesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => readFileSync(path));
}

/** The tokens of which a payload or a signature stands in the bytes. The header is the same for all and tells nothing. */
export function tokensIn(bytes: readonly Buffer[], tokens: readonly string[]): string[] {
  const all = Buffer.concat(bytes).toString('latin1');
  return tokens.filter((token) =>
    token
      .split('.')
      .slice(1)
      .some((part) => all.includes(part)),
  );
}
