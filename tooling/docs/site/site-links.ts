import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface HtmlPage {
  /** As links name it: below the base, without `.html`. */
  readonly path: string;
  readonly html: string;
}

export function htmlPages(folder: string): readonly HtmlPage[] {
  return globSync('**/*.html', { cwd: folder }).map((file) => ({
    path: file.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, ''),
    html: readFileSync(join(folder, file), 'utf8'),
  }));
}

/** @returns links within the site that lead to no page, or to no place on their page */
export function deadLinks(pages: readonly HtmlPage[], base: string): readonly string[] {
  const places = new Map(pages.map(({ path, html }) => [path, idsOf(html)]));
  return pages.flatMap(({ path, html }) =>
    hrefsOf(html)
      .map((href) => targetOf(href, path, base))
      .filter((target) => target !== undefined)
      .filter(({ page, place }) => !(places.get(page)?.has(place) ?? false))
      .map(({ page, place }) => `${path}: ${page}#${place}`),
  );
}

/** The empty place is the page itself. */
function idsOf(html: string): ReadonlySet<string> {
  return new Set(['', ...[...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)]);
}

function hrefsOf(html: string): readonly string[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, href = '']) => href);
}

function targetOf(
  href: string,
  path: string,
  base: string,
): { readonly page: string; readonly place: string } | undefined {
  const url = new URL(href.replaceAll('&amp;', '&'), `http://site${base}${path}`);
  if (url.origin !== 'http://site') return undefined;
  const page = decodeURIComponent(
    url.pathname.startsWith(base) ? url.pathname.slice(base.length) : `outside the base: ${url.pathname}`,
  );
  return { page: page.replace(/\.html$/, ''), place: decodeURIComponent(url.hash.slice(1)) };
}
