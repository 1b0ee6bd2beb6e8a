import { readFileSync } from 'node:fs';

/** The version of this package, which is that of all packages of Tokenpair. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(manifest) as { readonly version: unknown }).version);
}
