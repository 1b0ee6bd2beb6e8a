import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** Every page that people read: of the repository, and of the site. Not what the build generates. */
export function pagePaths(): readonly string[] {
  return [
    'README.md',
    ...globSync('docs/**/*.md', {
      cwd: ROOT,
      exclude: (path) => /^docs\/(api|node_modules|\.vitepress)$/.test(path),
    }),
  ].sort();
}

/** A fenced piece of code in a page. */
export interface Block {
  readonly page: string;
  /** Of the fence, counted from 1. */
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
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', fence, info = ''] = /^( *)(`{3,}|~{3,}) *(.*)$/.exec(lines[at] ?? '') ?? [];
    if (fence === undefined) continue;
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

function isEnd(line: string | undefined, fence: string): boolean {
  const text = line?.trim() ?? '';
  return text.length >= fence.length && text === (fence[0] ?? '').repeat(text.length);
}
