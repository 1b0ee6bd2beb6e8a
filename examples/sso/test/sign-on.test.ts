import { describe, expect, it, vi } from 'vitest';
import { createBrowser } from './support/browser.ts';
import {
  askBilling,
  askReports,
  CACHE_MS,
  confirmSignOut,
  connectProgram,
  signIn,
  startFleet,
  statusOf,
  tokenIn,
  until,
} from './support/fleet.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The feed of SQLite is at most 1 s behind; the rest is for a busy machine. */
const FEED_MS = 1_000;
const BUSY_MS = 1_000;

describe('one sign-in', () => {
  it('opens both services, to the browser through the portal and to a program directly', async () => {
    const fleet = await startFleet();
    const browser = createBrowser();
    expect((await browser.open(`${fleet.urls.portal}/reports`)).status).toBe(401);
    await signIn(fleet, browser);
    for (const name of ['reports', 'billing']) {
      const { status, text } = await browser.open(`${fleet.urls.portal}/${name}`);
      expect([status, JSON.parse(text)]).toEqual([
        200,
        expect.objectContaining({ service: name, subject: 'vitor' }),
      ]);
    }
    const { access, refresh } = await connectProgram(browser, fleet);
    expect([await askReports(fleet, access), await askBilling(fleet, access)]).toEqual([200, 200]);
    const renewed = await fetch(`${fleet.urls.portal}/api/programs/token/refresh`, {
      method: 'POST',
      body: new URLSearchParams({ refresh }),
    });
    expect(renewed.status).toBe(200);
    // The second time nobody is asked who they are: that is what the sign-on is for.
    const again = await browser.open(`${fleet.urls.portal}/sign-in`);
    expect([again.status, again.url.href]).toEqual([200, `${fleet.urls.portal}/`]);
  });

  it('ends the session that the browser had before, by the same person or by another', async () => {
    const fleet = await startFleet();
    const browser = await signIn(fleet);
    const first = tokenIn(browser, fleet);
    expect([await askReports(fleet, first), await askBilling(fleet, first)]).toEqual([200, 200]);
    // As after five minutes: what is left is the cookie that renews it.
    browser.forget(`${fleet.urls.portal}/`, 'access');
    await browser.open(`${fleet.urls.portal}/sign-in`);
    const second = tokenIn(browser, fleet);
    await Promise.all([
      until(401, () => askReports(fleet, first)),
      until(401, () => askBilling(fleet, first)),
    ]);
    expect([await askReports(fleet, second), await askBilling(fleet, second)]).toEqual([200, 200]);

    await fleet.kill('provider');
    await fleet.start('provider'); // which remembers nobody
    await signIn(fleet, browser, { username: 'admin', password: 'admin' });
    const third = tokenIn(browser, fleet);
    await Promise.all([
      until(401, () => askReports(fleet, second)),
      until(401, () => askBilling(fleet, second)),
    ]);
    expect([await askReports(fleet, third), await askBilling(fleet, third)]).toEqual([200, 200]);
    expect(JSON.parse((await browser.open(`${fleet.urls.portal}/me`)).text).subject).toBe('admin');

    // A refresh cookie that came without the one that belongs to it ends nothing: whoever put it there is not known.
    browser.forget(`${fleet.urls.portal}/`, 'csrf');
    await browser.open(`${fleet.urls.portal}/sign-in`);
    expect(tokenIn(browser, fleet)).not.toBe(third);
    expect(await statusOf(`${fleet.urls.portal}/me`, third)).toBe(200);
  });

  it('is refused with a wrong password, and with a code or a ticket that came another way', async () => {
    const fleet = await startFleet();
    const browser = createBrowser();
    const form = await browser.open(`${fleet.urls.portal}/sign-in`);
    const refused = await browser.submit(form.url.href, { username: 'vitor', password: '12' });
    expect([refused.status, refused.url.href]).toEqual([401, form.url.href]);
    // The callback of one browser opened in another, as in a login CSRF.
    const victim = createBrowser();
    expect((await victim.open(`${fleet.urls.portal}/api/token/callback?code=x&state=y`)).status).toBe(401);
    const stolen = await browser.open(`${fleet.urls.portal}/api/token/callback?code=x&state=y`);
    expect(stolen.status).toBe(400);
    // Whoever was signed in there still is.
    const signedIn = await signIn(fleet);
    expect((await signedIn.open(`${fleet.urls.portal}/api/token/callback?code=x&state=y`)).status).toBe(401);
    expect((await signedIn.open(`${fleet.urls.portal}/me`)).status).toBe(200);
    // That was the ticket's one use.
    expect((await browser.open(`${fleet.urls.portal}/api/token/callback?code=x&state=y`)).status).toBe(401);
    expect(victim.cookie(`${fleet.urls.portal}/`, 'access')).toBeUndefined();
  });
});

describe('signing out', () => {
  it('at the portal closes both services, and the programs of the sign-in', async () => {
    const fleet = await startFleet();
    const browser = await signIn(fleet);
    const other = tokenIn(await signIn(fleet), fleet);
    const own = tokenIn(browser, fleet);
    const { access: program, refresh } = await connectProgram(browser, fleet);
    for (const token of [own, program, other])
      expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);

    const asked = await browser.submit(`${fleet.urls.portal}/api/token/sign-out`);
    const [reports, billing] = await Promise.all([
      until(401, () => askReports(fleet, own)),
      until(401, () => askBilling(fleet, own)),
    ]);
    expect(reports.ms).toBeLessThan(FEED_MS + BUSY_MS);
    expect(billing.ms).toBeLessThan(CACHE_MS + BUSY_MS);
    expect(tokenAfter(browser, fleet.urls.portal)).toBeUndefined();

    expect(asked.url.origin).toBe(fleet.urls.provider);
    const end = await confirmSignOut(fleet, browser, asked);
    expect(end.url.href).toBe(`${fleet.urls.portal}/`);
    await Promise.all([
      until(401, () => askReports(fleet, program)),
      until(401, () => askBilling(fleet, program)),
    ]);
    const renewed = await fetch(`${fleet.urls.portal}/api/programs/token/refresh`, {
      method: 'POST',
      body: new URLSearchParams({ refresh }),
    });
    expect(renewed.status).toBe(401);
    // A sign-in of the same person elsewhere goes on.
    expect([await askReports(fleet, other), await askBilling(fleet, other)]).toEqual([200, 200]);
    // And the provider asks who it is again.
    const form = await browser.open(`${fleet.urls.portal}/sign-in`);
    expect(form.url.pathname).toMatch(/^\/interaction\//);
  });

  it('at the provider closes the portal and both services, by the back channel', async () => {
    const fleet = await startFleet();
    const browser = await signIn(fleet);
    const token = tokenIn(browser, fleet);
    expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);
    const asked = await browser.open(`${fleet.urls.provider}/session/end`);
    await confirmSignOut(fleet, browser, asked);
    expect((await browser.open(`${fleet.urls.portal}/me`)).status).toBe(401);
    const [reports, billing] = await Promise.all([
      until(401, () => askReports(fleet, token)),
      until(401, () => askBilling(fleet, token)),
    ]);
    expect(reports.ms).toBeLessThan(FEED_MS + BUSY_MS);
    expect(billing.ms).toBeLessThan(CACHE_MS + BUSY_MS);
  });

  it('is not for the pages of another site to do', async () => {
    const fleet = await startFleet();
    const browser = await signIn(fleet);
    const elsewhere = 'https://elsewhere.test/';
    for (const path of ['/api/token/sign-out', '/programs']) {
      const { status } = await browser.submit(`${fleet.urls.portal}${path}`, {}, elsewhere);
      expect([path, status]).toEqual([path, 403]);
    }
    expect(await askReports(fleet, tokenIn(browser, fleet))).toBe(200);
  });
});

function tokenAfter(browser: ReturnType<typeof createBrowser>, portal: string): string | undefined {
  return browser.cookie(`${portal}/`, 'access') || undefined;
}
