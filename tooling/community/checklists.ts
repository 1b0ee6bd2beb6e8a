/**
 * The checklists of CONTRIBUTING.md as data: what each section names, and whether every sibling has to have it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** A path of a checklist, `<name>` where the new part's name comes. */
export interface Listed {
  readonly path: string;
  /** Of every part, not only "where it applies". */
  readonly always: boolean;
}

/** What a section names, by its heading without `Adding a`. */
export function readChecklists(): ReadonlyMap<string, readonly Listed[]> {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const sections = text.split(/^## Adding an? /m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), toListed(section)]));
}

/** Everything in backticks that is a path, in the whole of a text. */
export function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\s]+)`/g)].map(([, token = '']) => token).filter(isPath);
}

/** The paragraph before a list says when the list holds. */
function toListed(section: string): readonly Listed[] {
  let always = true;
  return section.split('\n').flatMap((line) => {
    if (/^\S.*:$/.test(line)) always = !/^(?:Where|If) /.test(line);
    return line.startsWith('- [ ] ') ? pathsIn(line).map((path) => ({ path, always })) : [];
  });
}

function isPath(token: string): boolean {
  return /^\.?\w[\w.*<>-]*(?:\/[\w.*<>-]+)+$|^[\w.-]+\.(?:jsonc?|md|ts)$/.test(token);
}
