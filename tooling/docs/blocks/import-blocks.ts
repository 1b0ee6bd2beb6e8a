import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { blocksOf, ROOT } from './pages.ts';

/** The blocks of TypeScript of a page as files, in a folder from which the packages can be imported; gone when the test is over. */
export function writeBlocks(page: string): readonly string[] {
  const base = join(ROOT, 'tooling/docs/.blocks');
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return blocksOf(page)
    .filter(({ language }) => language === 'ts')
    .map(({ code, line }) => {
      const file = join(folder, `line-${line}.ts`);
      writeFileSync(file, code);
      return file;
    });
}

/** What the blocks of a page export, put together: the page as a program. */
export async function importBlocks(page: string): Promise<Record<string, unknown>> {
  const modules: Record<string, unknown>[] = [];
  for (const file of writeBlocks(page)) modules.push((await import(file)) as Record<string, unknown>);
  return Object.assign({}, ...modules);
}
