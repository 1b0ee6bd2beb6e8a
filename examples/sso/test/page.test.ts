import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { askBilling, askReports, startFleet, until } from './support/fleet.ts';

vi.setConfig({ testTimeout: 60_000 });

serviceTest('chromium')('the portal in a browser', (program) => {
  let browser: Browser;

  beforeAll(async () => {
    // Sandboxes of Chromium's own want rights that root in a container does not have.
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => browser?.close());

  /** What a click on a link of the portal's page shows. */
  async function follow(page: Page, portal: string, name: string): Promise<string> {
    await page.goto(portal);
    await page.getByRole('link', { name }).click();
    return page.locator('body').innerText();
  }

  it('opens both services by one sign-in at the provider, and closes both by one sign-out', async () => {
    const fleet = await startFleet();
    const { portal, provider } = fleet.urls;
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // Of answers that are refusals, and of an icon that the example has none of, Chromium says so by itself.
      if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    expect((await page.goto(`${portal}/reports`))?.status()).toBe(401);

    await page.goto(portal);
    await page.getByRole('link', { name: 'Sign in' }).click();
    expect(new URL(page.url()).origin).toBe(provider);
    await page.getByLabel('Name').fill('vitor');
    await page.getByLabel('Password').fill('not it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'wrong password' }).waitFor();
    await page.getByLabel('Name').fill('vitor');
    await page.getByLabel('Password').fill('123');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${portal}/`);
    await page.getByText('Signed in as vitor.').waitFor();

    for (const [name, service] of [
      ['Reports', 'reports'],
      ['Billing', 'billing'],
    ] as const)
      expect(JSON.parse(await follow(page, portal, name))).toMatchObject({ service, subject: 'vitor' });
    await page.goto(portal);
    expect(await page.evaluate('document.cookie')).not.toMatch(/ey[\w-]+\./);
    const cookies = await page.context().cookies(portal);
    const token = cookies.find(({ name }) => name === 'access')?.value ?? '';
    expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.origin === provider);
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.waitForURL(`${portal}/`);
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await Promise.all([
      until(401, () => askReports(fleet, token)),
      until(401, () => askBilling(fleet, token)),
    ]);
    for (const path of ['/reports', '/billing'])
      expect([path, (await page.goto(portal + path))?.status()]).toEqual([path, 401]);
    expect(complaints).toEqual([]);
  });
});
