import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { drawSequence } from '../pictures/draw-sequence.ts';
import { sizeClass } from '../pictures/size-class.ts';

/** What this needs of markdown-it. */
interface Markdown {
  readonly renderer: {
    readonly rules: { fence?: Rules['rule'] | undefined; image?: Rules['rule'] | undefined };
  };
}

interface Rules {
  // A method, since markdown-it's own tokens have more than what is looked at here.
  rule(tokens: Token[], index: number, options: unknown, env: Env, self: unknown): string;
}

interface Env {
  readonly relativePath?: string;
}

interface Token {
  readonly info: string;
  readonly content: string;
  attrGet(name: string): string | null;
}

/**
 * A plugin of markdown-it: draws sequence diagrams, and puts SVG files into the page, where they have the colours of its light or dark side. On GitHub the
 * former are drawn by GitHub, and the latter bring colours of their own.
 */
export function pictures(md: Markdown, docs: string): void {
  const { fence, image } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info = '', content = '' } = tokens[index] ?? {};
    if (info.trim() === 'mermaid') return drawSequence(content);
    return fence?.(tokens, index, ...rest) ?? '';
  };
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const source = token?.attrGet('src') ?? '';
    if (!/^[^:]+\.svg$/.test(source)) return image?.(tokens, index, options, env, self) ?? '';
    const file = posix.join(posix.dirname(env.relativePath ?? ''), source);
    return inlineSvg(readFileSync(join(docs, file), 'utf8'), token?.content ?? '');
  };
}

/** @throws Error for a picture without words for those who do not see it */
export function inlineSvg(svg: string, words: string): string {
  if (words === '') throw new Error('a picture needs words for those who do not see it');
  const drawing = svg
    .replace(/<title>.*?<\/title>/s, '')
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/>\s+</g, '><')
    .trim();
  const [, width = ''] = / width="(\d+)"/.exec(drawing) ?? [];
  const label = words.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const named = drawing.replace(
    '<svg ',
    `<svg role="img" aria-label="${label}" class="${sizeClass(Number(width))}" `,
  );
  return `<span class="picture" tabindex="0">${named}</span>`;
}
