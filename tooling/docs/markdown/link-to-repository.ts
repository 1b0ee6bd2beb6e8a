import { posix } from 'node:path';

export const REPOSITORY = 'https://github.com/tokenpair/tokenpair';

/** What this needs of markdown-it. */
interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
}

interface State {
  readonly tokens: readonly Token[];
  readonly env: { readonly relativePath?: string };
}

interface Token {
  readonly children: readonly Token[] | null;
  readonly type: string;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/**
 * A plugin of markdown-it. Pages link files of the repository as GitHub wants it, relative to themselves; what lies outside the site
 * becomes a link to the repository.
 */
export function linkToRepository(md: Markdown): void {
  md.core.ruler.push('link-to-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      const target = href === null ? undefined : repositoryUrl(href, env.relativePath ?? '');
      if (target !== undefined) token.attrSet('href', target);
    }
  });
}

/** @returns the address in the repository, or `undefined` for a link that stays on the site or is an address already */
export function repositoryUrl(href: string, page: string): string | undefined {
  if (/^([a-z]+:|#|\/)/i.test(href)) return undefined;
  const path = posix.join('docs', posix.dirname(page), href);
  const isPage = path.startsWith('docs/') && /\.(md|html)(#|$)/.test(path);
  return isPage ? undefined : `${REPOSITORY}/blob/main/${path}`;
}
