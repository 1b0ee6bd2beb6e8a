import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { errorFacts } from '../../tooling/docs/markdown/error-facts.ts';
import { linkToRepository, REPOSITORY } from '../../tooling/docs/markdown/link-to-repository.ts';
import { pictures } from '../../tooling/docs/markdown/pictures.ts';
import { sidebar } from './sidebar.ts';

const DOCS = fileURLToPath(new URL('..', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../packages/core/src/engine/jose.ts', import.meta.url));

export default defineConfig({
  title: 'Tokenpair',
  description:
    'JWT login tokens for Node: short access tokens, rotating refresh tokens, a logout that logs out',
  lang: 'en',
  // Where the site lies below its host, with a slash at both ends.
  base: process.env['DOCS_BASE'] ?? '/',
  cleanUrls: true,
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // The page of the token inspector asks for nothing once it has loaded, also not for pages that a reader might open next.
  router: { prefetchLinks: false },
  // The token inspector runs core's sources, with its engine for browsers.
  vite: { resolve: { alias: { '#engine': ENGINE } } },
  markdown: {
    config: (md) => {
      md.use(linkToRepository);
      md.use(errorFacts);
      md.use(pictures, DOCS);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Begin', link: '/start/express' },
      { text: 'Guides', link: '/guards' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    footer: { message: 'MIT licence' },
  },
});
