import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));

export const PAGES = [
  'issuers',
  'claims',
  'keys',
  'messages',
  'sessions',
  'oauth2',
  'guards',
  'login-limits',
  'translations',
] as const;

export type Page = (typeof PAGES)[number];

/** The code blocks of a page, each with the language it is marked with. */
function blocksOf(page: Page): readonly { readonly language: string; readonly code: string }[] {
  const text = readFileSync(join(ROOT, 'docs', `${page}.md`), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

export function textOf(page: Page): string {
  return readFileSync(join(ROOT, 'docs', `${page}.md`), 'utf8');
}

/** The blocks that are no messages of HTTP. */
export function programsOf(page: Page): ReturnType<typeof blocksOf> {
  return blocksOf(page).filter(({ language }) => language !== 'http');
}

/** Writes every block of TypeScript as a file of its own into a new folder from which packages can be imported. */
export function writeBlocks(pages: readonly Page[]): { readonly folder: string; readonly files: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-docs-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const files = pages.flatMap((page) =>
    programsOf(page).map(({ code }, index) => {
      const file = join(folder, `${page}-${index + 1}.ts`);
      writeFileSync(file, code);
      return file;
    }),
  );
  return { folder, files };
}

/** Everything that the blocks of a page export: the page as a program. */
export async function runPage(page: Page): Promise<Record<string, unknown>> {
  const { folder, files } = writeBlocks([page]);
  try {
    const modules: Record<string, unknown>[] = [];
    for (const file of files) modules.push(await import(file));
    return Object.assign({}, ...modules);
  } finally {
    removeFolder(folder);
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
