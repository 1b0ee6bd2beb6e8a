/** The site as it is built: below a base that is not the root of its host, in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceTest } from '../../services/service-test.ts';
import { ROOT } from '../blocks/pages.ts';
import { inspectorPage } from '../inspector/inspector-page.ts';
import { type BuiltSite, buildSite } from './build-site.ts';
import { type ServedSite, serveSite } from './serve-site.ts';
import { deadLinks, htmlPages } from './site-links.ts';

const BASE = '/tokenpair/docs/';
/** Ignored by git; for people to look at. */
const SCREENSHOTS = join(ROOT, 'tooling/docs/screenshots');

let site: BuiltSite;
let served: ServedSite;
beforeAll(async () => {
  site = buildSite(BASE);
  served = await serveSite(site.folder, BASE);
}, 180_000);
afterAll(async () => {
  await served?.close();
  site?.remove();
});

describe('the built site', () => {
  it('has a page for every page, and the API of every package', () => {
    const paths = htmlPages(site.folder).map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        '',
        'start/express',
        'concepts',
        'errors',
        'security',
        'decisions/0001-toolchain',
      ]),
    );
    expect(paths.filter((path) => path.startsWith('api/@tokenpair/')).length).toBeGreaterThan(20);
  });

  it('has no link that leads nowhere, to places within pages either', () => {
    const pages = htmlPages(site.folder);
    expect(deadLinks(pages, BASE)).toEqual([]);
  });

  it('would notice one', () => {
    const page = (path: string, html: string) => ({ path, html });
    const pages = [
      page('a', '<h2 id="x"><a href="/d/b#y">b</a><a href="#x">x</a>'),
      page('b', '<a href="c">c</a>'),
    ];
    expect(deadLinks(pages, '/d/')).toEqual(['a: b#y', 'b: c#']);
  });

  it('names no other host for what a page needs to be shown', () => {
    for (const { path, html } of htmlPages(site.folder)) {
      const needed = [...html.matchAll(/<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"/g)];
      expect(needed.length, path).toBeGreaterThan(0);
      expect(
        needed.map(([, url = '']) => url).filter((url) => /^(https?:)?\/\//.test(url)),
        path,
      ).toEqual([]);
    }
  });

  it('says of each error what core’s table says', () => {
    const html = htmlPages(site.folder).find(({ path }) => path === 'errors')?.html ?? '';
    expect(html.match(/class="error-facts"/g)).toHaveLength(26);
    expect(html).toContain('The refresh token has been used before; the session has ended.');
  });
});

serviceTest('chromium')('the site in a browser', (program) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
    mkdirSync(SCREENSHOTS, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  /** Opens a page, hands it on, and closes it; what the browser said meanwhile, and whom it asked, must be nothing. */
  async function visit(
    path: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    const noises: string[] = [];
    const page = await context.newPage();
    page.on('pageerror', (error) => noises.push(`page error: ${error.message}`));
    page.on('console', (message) => noises.push(`${message.type()}: ${message.text()}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.host !== new URL(served.url).host) noises.push(`asked ${url.host}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) noises.push(`${response.status()} for ${response.url()}`);
    });
    try {
      await page.goto(served.url + path, { waitUntil: 'networkidle' });
      await look(page);
    } finally {
      await context.close();
    }
    expect(noises).toEqual([]);
  }

  const wide = { viewport: { width: 1280, height: 900 } };
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

  it.each([
    ['', 'home-light', { ...wide, colorScheme: 'light' }],
    ['concepts', 'concepts-dark', { ...wide, colorScheme: 'dark' }],
    ['comparison', 'comparison-phone', { ...phone, colorScheme: 'light' }],
    ['concepts', 'concepts-phone', { ...phone, colorScheme: 'dark' }],
    ['errors', 'errors-light', { ...wide, colorScheme: 'light' }],
  ] as const)('shows %s without a complaint: %s', async (path, name, options) => {
    await visit(path, options, async (page) => {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
      // A page scrolls in one direction; tables and pictures that are wider scroll by themselves.
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    });
  });

  it('finds a page by its words, without asking anybody', async () => {
    await visit('', wide, async (page) => {
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.getByRole('searchbox').fill('reuse thief');
      await page.getByRole('option').filter({ hasText: 'Reuse' }).first().click();
      await page.waitForURL(/concepts|sessions|security/);
    });
  });

  it('goes from page to page as a reader does', async () => {
    await visit('', wide, async (page) => {
      await page.getByRole('link', { name: 'Ten minutes with Koa' }).first().click();
      await page.getByRole('heading', { level: 1, name: 'Ten minutes with Koa' }).waitFor();
      await page.getByRole('link', { name: 'Errors', exact: true }).first().click();
      await page.getByRole('heading', { name: 'refresh_token_reused' }).waitFor();
    });
  });

  it('has pictures with words for those who do not see them', async () => {
    await visit('concepts', wide, async (page) => {
      expect(await page.getByRole('img', { name: 'A session is live from its login on.' }).count()).toBe(1);
      expect(await page.locator('figure.picture svg[role=img][aria-label]').count()).toBe(4);
      await page.getByText('In words').first().click();
      await page.getByText('Client to Your service: POST /refresh, refresh token 4').waitFor();
    });
  });

  inspectorPage({ browser: () => browser, url: () => served.url, screenshots: SCREENSHOTS });
});
