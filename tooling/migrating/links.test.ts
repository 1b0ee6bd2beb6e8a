import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { FOLDER } from './support/page.ts';

const PAGES = readdirSync(FOLDER);

it('the pages are those of the table of contents', () => {
  const index = readFileSync(join(FOLDER, 'index.md'), 'utf8');
  const named = [...index.matchAll(/\]\((from-[a-z-]+\.md)\)/g)].map(([, page = '']) => page);
  expect(PAGES.toSorted()).toEqual([...named, 'index.md'].toSorted());
});

it.each(PAGES)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(FOLDER, page), 'utf8');
  for (const [, link = ''] of text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(FOLDER, page) : resolve(FOLDER, path);
    expect([link, existsSync(target)]).toEqual([link, true]);
    if (anchor !== undefined)
      expect([link, anchorsOf(readFileSync(target, 'utf8'))]).toEqual([
        link,
        expect.arrayContaining([anchor]),
      ]);
  }
});

function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
