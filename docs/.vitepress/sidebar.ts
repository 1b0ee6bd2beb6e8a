import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

const DOCS = fileURLToPath(new URL('..', import.meta.url));

export const sidebar: Item[] = [
  group('Begin', {
    'What it is': 'index',
    'Ten minutes with Express': 'start/express',
    'Ten minutes with Koa': 'start/koa',
    'Ten minutes with Fastify': 'start/fastify',
    'Ten minutes with Hono': 'start/hono',
    'Ten minutes with fetch': 'start/fetch',
    'A new app': 'create',
  }),
  group('Concepts', {
    'The life of a session': 'concepts',
    Sessions: 'sessions',
    'How it is built': 'architecture',
  }),
  group('Guides', {
    Guards: 'guards',
    'Cookies and pages': 'guides/cookies',
    'Mobile apps': 'guides/mobile',
    'Limits for logins': 'login-limits',
    'Claims of your own': 'claims',
    'Refusals in the user’s language': 'translations',
    'Signed messages': 'messages',
    'Keys and rotation': 'keys',
    'Several issuers': 'issuers',
    'Single sign-on': 'single-sign-on',
    'OAuth 2 on the wire': 'oauth2',
    'Testing your app': 'guides/testing',
  }),
  group('Stores', { Stores: 'stores', 'A store of your own': 'guides/custom-store' }),
  group('Operations', {
    'In production': 'production',
    Observability: 'observability',
    'The command line': 'cli',
    Performance: 'performance',
  }),
  group('Security', { 'Security model': 'security', 'How the tests are tested': 'mutation' }),
  group('Moving over', {
    Comparison: 'comparison',
    'A SimpleJWT fleet': 'simplejwt',
    ...titles('migrating/*.md', [
      'from-simplejwt',
      'from-express-jwt',
      'from-koa-jwt',
      'from-fastify-jwt',
      'from-passport-jwt',
    ]),
  }),
  group('Reference', { Errors: 'errors', ...titles('inspector.md'), API: 'api/index' }),
  { ...group('Decisions', titles('decisions/*.md')), collapsed: true },
];

function group(text: string, pages: Readonly<Record<string, string>>): Item {
  return {
    text,
    items: Object.entries(pages).map(([title, page]) => ({
      text: title,
      link: `/${page.replace(/(^|\/)index$/, '$1')}`,
    })),
  };
}

/** Pages under their own titles: in the order that is wanted, what is not named at the end. */
function titles(pattern: string, order: readonly string[] = []): Record<string, string> {
  const pages = globSync(pattern, { cwd: DOCS }).map((file) => file.slice(0, -'.md'.length));
  const rank = (page: string): number => {
    const at = order.indexOf(basename(page));
    return at === -1 ? order.length : at;
  };
  return Object.fromEntries(
    pages.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)).map((page) => [titleOf(page), page]),
  );
}

function titleOf(page: string): string {
  const [, title = page] = /^# (.+)$/m.exec(readFileSync(`${DOCS}/${page}.md`, 'utf8')) ?? [];
  return title;
}
