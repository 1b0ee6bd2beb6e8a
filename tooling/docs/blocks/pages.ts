import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

const CODE_INDENT = 4;

/** Every page that people read: of the repository, and of the site. Not what the build generates. */
export function pagePaths(): readonly string[] {
  return [
    'CONTRIBUTING.md',
    'README.md',
    'SECURITY.md',
    ...globSync('packages/*/README.md', { cwd: ROOT }),
    ...globSync('docs/**/*.md', {
      cwd: ROOT,
      exclude: (path) => /^docs\/(api|node_modules|\.vitepress)$/.test(path),
    }),
  ].sort();
}

/** A piece of code in a page: fenced, or the beginning of one that is indented instead. */
export interface Block {
  readonly page: string;
  /** Of the fence, or of the code without one, counted from 1. */
  readonly line: number;
  /** The first word behind the fence; empty without one. */
  readonly language: string;
  readonly code: string;
}

export function blocksOf(page: string): readonly Block[] {
  return parseBlocks(page, readFileSync(join(ROOT, page), 'utf8'));
}

/** @throws Error for a fence that does not end */
export function parseBlocks(page: string, text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let item = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const [first = '', before] = [lines[at], lines[at - 1]];
    const [, indent = '', fence, info = ''] = /^( *)(`{3,}|~{3,}) *(.*)$/.exec(first) ?? [];
    if (fence === undefined) {
      item = itemOf(first, before, item);
      if (isIndentedCode(first, before, item))
        blocks.push({ page, line: at + 1, language: '', code: `${first.trim()}\n` });
      continue;
    }
    const begin = at;
    const code: string[] = [];
    for (at += 1; !isEnd(lines[at], fence); at += 1) {
      const line = lines[at];
      if (line === undefined) throw new Error(`${page}:${begin + 1}: this block does not end`);
      code.push(line.startsWith(indent) ? line.slice(indent.length) : line);
    }
    const [language = ''] = info.split(/[\s{]/);
    blocks.push({ page, line: begin + 1, language, code: code.map((line) => `${line}\n`).join('') });
  }
  return blocks;
}

/** Where the text of the list's item begins to which a line belongs; 0 outside of lists. */
function itemOf(line: string, before: string | undefined, item: number): number {
  const [marker, indent = ''] = /^( *)(?:[-*+]|\d{1,9}[.)]) +/.exec(line) ?? [];
  if (marker !== undefined && indent.length < item + CODE_INDENT) return marker.length;
  return /^\S/.test(line) && isGap(before) ? 0 : item;
}

function isIndentedCode(line: string, before: string | undefined, item: number): boolean {
  const indent = /^[ \t]*(?=\S)/.exec(line)?.[0].replaceAll('\t', ' '.repeat(CODE_INDENT)) ?? '';
  return indent.length >= item + CODE_INDENT && isGap(before);
}

/** Whether a paragraph has ended there. */
function isGap(before = ''): boolean {
  return before.trim() === '' || before.startsWith('#');
}

function isEnd(line: string | undefined, fence: string): boolean {
  const text = line?.trim() ?? '';
  return text.length >= fence.length && text === (fence[0] ?? '').repeat(text.length);
}
