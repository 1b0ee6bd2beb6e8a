import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../src/settings.ts';
import { type Fleet, startAll } from '../../src/start-all.ts';
import { type Browser, createBrowser, type Page } from './browser.ts';

/** How old an answer may be by which billing judges, in the tests. */
export const CACHE_MS = 1_000;

/** The four services as processes, in a folder of their own; they end with the test. */
export async function startFleet(env: Environment = {}): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-sso-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const fleet = await startAll({
    STORE_URL: `sqlite:${join(folder, 'sso.db')}`,
    KEYS_FILE: join(folder, 'keys.json'),
    INTROSPECTION_CACHE_MS: String(CACHE_MS),
    ...env,
  });
  onTestFinished(() => fleet.stop());
  return fleet;
}

/** Signs in at the provider, all the way back to the portal. */
export async function signIn(
  { urls }: Fleet,
  browser: Browser = createBrowser(),
  who: Readonly<Record<string, string>> = { username: 'vitor', password: '123' },
): Promise<Browser> {
  const form = await browser.open(`${urls.portal}/sign-in`);
  const page = await browser.submit(form.url.href, who);
  if (page.url.href !== `${urls.portal}/`) throw new Error(`signing in ended at ${page.url}: ${page.text}`);
  return browser;
}

/** Says yes on the provider's page that asks whether to sign out there. */
export function confirmSignOut({ urls }: Fleet, browser: Browser, asked: Page): Promise<Page> {
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
  return browser.submit(`${urls.provider}/session/end/confirm`, { xsrf, logout: 'yes' });
}

/** The access token that a browser holds for the portal. */
export function tokenIn(browser: Browser, { urls }: Fleet): string {
  const token = browser.cookie(`${urls.portal}/`, 'access');
  if (token === undefined) throw new Error('the browser is not signed in');
  return token;
}

/** A pair for a program, by the button on the portal's page. */
export async function connectProgram(
  browser: Browser,
  { urls }: Fleet,
): Promise<{ readonly access: string; readonly refresh: string }> {
  return JSON.parse((await browser.submit(`${urls.portal}/programs`)).text);
}

export async function askReports({ urls }: Pick<Fleet, 'urls'>, token: string): Promise<number> {
  return statusOf(`${urls.reports}/reports`, token);
}

export async function askBilling({ urls }: Pick<Fleet, 'urls'>, token: string): Promise<number> {
  return statusOf(`${urls.billing}/invoices`, token);
}

export async function statusOf(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.text();
  return response.status;
}

/** Asks again and again; how long it took until the answer was that, in ms, and what was answered before. */
export async function until(
  wanted: number,
  ask: () => Promise<number>,
  patienceMs = 15_000,
): Promise<{ readonly ms: number; readonly before: ReadonlySet<number> }> {
  const startedAt = performance.now();
  const before = new Set<number>();
  for (;;) {
    const status = await ask();
    const ms = performance.now() - startedAt;
    if (status === wanted) return { ms, before };
    before.add(status);
    if (ms > patienceMs) throw new Error(`no ${wanted} within ${patienceMs} ms, but ${[...before]}`);
    await sleep(20);
  }
}
