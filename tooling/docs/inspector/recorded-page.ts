import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A page that has loaded, and everything that it has asked for since, by whatever means. */
export interface RecordedPage {
  readonly page: Page;
  /** URLs, in order. */
  readonly asked: string[];
  /** Those of them that the browser did not let out. */
  readonly refused: ReadonlySet<string>;
  /** What the browser said on the side. */
  readonly said: readonly string[];
  /** What was kept when it had loaded. */
  readonly kept: string;
  close(): Promise<void>;
}

interface RecordedPageOptions {
  readonly browser: Browser;
  /** @default one of its own */
  readonly context?: BrowserContext;
  /** Resolves when what is loaded on demand is there. */
  readonly isWhole?: (page: Page) => Promise<void>;
}

/** Opens a page, waits until a reader sees it whole and it asks for nothing more, and records from then on. */
export async function openRecorded(
  url: string,
  { browser, context: given, isWhole }: RecordedPageOptions,
): Promise<RecordedPage> {
  const context = given ?? (await browser.newContext());
  const page = await context.newPage();
  const asked: string[] = [];
  const refused = new Set<string>();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`));
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  await page.goto(url, { waitUntil: 'networkidle' });
  await isWhole?.(page);
  page.on('request', (request) => asked.push(request.url()));
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') refused.add(request.url());
  });
  page.on('websocket', (socket) => asked.push(socket.url()));
  page.on('worker', (worker) => asked.push(worker.url()));
  page.on('popup', (opened) => asked.push(opened.url()));
  return { page, asked, refused, said, kept: await keptBy(page), close: () => context.close() };
}

/** Everything a page can keep beyond itself, as one text. */
export async function keptBy(page: Page): Promise<string> {
  const kept = await page.evaluate(`(async () => ({
    url: location.href,
    state: history.state,
    steps: history.length,
    local: { ...localStorage },
    session: { ...sessionStorage },
    name: window.name,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: 'caches' in window ? await caches.keys() : [],
    workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
  }))()`);
  return JSON.stringify([kept, await page.context().cookies()]);
}
