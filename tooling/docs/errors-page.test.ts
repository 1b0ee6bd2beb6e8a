/** The page on errors and the table of errors in core say the same: each code has its entry, and no entry is without a code. */
import { expect, it } from 'vitest';
import { ERROR_ROWS } from '../../packages/core/src/errors/error-rows.ts';
import { readPage } from './pages/read-page.ts';

const page = readPage('docs/errors.md');
const codes = Object.keys(ERROR_ROWS).sort();

/** The headings that are codes, each with what is below it. */
const entries = [...page.matchAll(/^### `([a-z_]+)`\n+(.*?)(?=^#|$(?![\s\S]))/gms)].map(
  ([, code = '', text = '']) => ({ code, text }),
);

it('has an entry for every code, and none without', () => {
  expect(entries.map(({ code }) => code).sort()).toEqual(codes);
});

it.each(codes)('says more of %s than the code does', (code) => {
  const text = entries.find((entry) => entry.code === code)?.text ?? '';
  expect(text.split(/\s+/).length).toBeGreaterThan(7);
});

it('speaks of no code that there is not', () => {
  const words = [...page.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, word = '']) => word);
  const others = ['max_age'];
  expect(words.filter((word) => !codes.includes(word) && !others.includes(word))).toEqual([]);
});
