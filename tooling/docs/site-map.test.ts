/** The sidebar has every page once, and names none that there is not. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sidebar } from '../../docs/.vitepress/sidebar.ts';
import { pagePaths, ROOT } from './blocks/pages.ts';
import { readPage } from './pages/read-page.ts';

const links = sidebar.flatMap(({ items = [] }) => items).map(({ link = '' }) => link);
const pages = pagePaths().filter((path) => path.startsWith('docs/'));
const pageOf = (link: string): string => `docs${link.endsWith('/') ? `${link}index` : link}.md`;

it('names every page, once', () => {
  const named = links.map(pageOf).filter((page) => !page.startsWith('docs/api/'));
  expect(named.toSorted()).toEqual(pages.toSorted());
});

describe('files of the repository that pages link', () => {
  const targets = pages.flatMap((page) =>
    [...readPage(page).matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, href = '']) => ({
      page,
      path: posix.join(posix.dirname(page), href),
    })),
  );

  it('are there', () => {
    expect(targets.length).toBeGreaterThan(60);
    expect(targets.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('says of the goals for speed what the last result says', () => {
  const [, held, all] = /(\d+) of (\d+) targets hold/.exec(readPage('bench/results.md')) ?? [];
  expect(readPage('docs/index.md')).toContain(`[${held} of the ${all} goals]`);
});

describe('variables in tables of settings', () => {
  const rows = pages.flatMap((page) =>
    readPage(page)
      .split('\n\n')
      .filter((table) => table.startsWith('| variable |'))
      .flatMap((table) => table.split('\n').slice(2))
      .flatMap((row) =>
        [...(row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = '']) => ({
          page,
          name,
        })),
      ),
  );

  it('are read by an example or a package', () => {
    expect(rows.length).toBeGreaterThan(5);
    const text = sources();
    expect(rows.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

/** All sources of examples and packages, in one text. */
function sources(): string {
  const files = globSync('{examples,packages}/*/src/**/*.ts', { cwd: ROOT });
  return files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
}
