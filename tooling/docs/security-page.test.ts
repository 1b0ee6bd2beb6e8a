/** Every row of the security page names tests that are there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './blocks/pages.ts';
import { readPage } from './pages/read-page.ts';

const HEAD = '| attack or fault | what happens | shown by |';

/** The rows of the tables whose last column says what shows them. */
const rows = readPage('docs/security.md')
  .split(HEAD)
  .slice(1)
  .flatMap((table) => table.split('\n\n')[0]?.trim().split('\n').slice(1) ?? [])
  .map((row) => row.slice(2, -2).split(' | '));

it('finds the rows', () => {
  expect(rows.length).toBeGreaterThan(35);
});

it.each(rows)('%s', (...cells) => {
  expect(cells).toHaveLength(3);
  const tests = [...(cells[2] ?? '').matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
  expect(tests.length).toBeGreaterThan(0);
  for (const test of tests) {
    expect(test).toMatch(/\.test\.ts$/);
    expect(existsSync(join(ROOT, test)), test).toBe(true);
  }
});
