import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { serviceTest } from '../services/service-test.ts';
import { type BrowserClient, browserClient } from './browser-client.ts';
import { type Stack, startStack } from './stack.ts';

const SCREENSHOTS = fileURLToPath(new URL('./screenshots/', import.meta.url));
const PASSWORD = 'swordfish-1';

/** The life of an access token here: the page refreshes after four fifths of it. */
const ACCESS_TTL_SECONDS = 5;

serviceTest('chromium')('the page', (program) => {
  let stack: Stack;
  let browser: Browser;
  const contexts = new Set<BrowserContext>();
  /** What browsers said on the side, but for answers that a test expects. */
  let noises: string[] = [];

  beforeAll(async () => {
    stack = await startStack({ env: { ACCESS_TTL: `${ACCESS_TTL_SECONDS}s` } });
    // Sandboxes of Chromium's own want rights that root in a container does not have.
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
    mkdirSync(SCREENSHOTS, { recursive: true });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);
  beforeEach(() => {
    noises = [];
  });
  afterEach(async () => {
    await Promise.all([...contexts].map((context) => context.close()));
    contexts.clear();
    expect(noises).toEqual([]);
  });

  type ContextOptions = Parameters<Browser['newContext']>[0];

  /** Another device: cookies and storage of its own. */
  async function device(options: ContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
    contexts.add(context);
    context.on('page', (page) => {
      page.on('pageerror', (error) => noises.push(`page error: ${error.message}`));
      page.on('console', (message) => {
        // Chromium says so of every refusal; which ones there are a test sees by what the page shows.
        const isRefusal = /^Failed to load resource: the server responded with a status of 401/.test(
          message.text(),
        );
        if (!isRefusal) noises.push(`${message.type()}: ${message.text()}`);
      });
    });
    return context;
  }

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(stack.origin);
    return page;
  }

  async function signIn(page: Page, name: string, password: string = PASSWORD): Promise<void> {
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function signedIn(name: string, options?: ContextOptions): Promise<Page> {
    const page = await open(await device(options));
    await signIn(page, name);
    await untilHello(page, name);
    return page;
  }

  const untilHello = (page: Page, name: string): Promise<void> =>
    page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
  const untilSignIn = (page: Page): Promise<void> => page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const untilSaid = (page: Page, text: string): Promise<void> => page.getByText(text).waitFor();

  /** Lets the page think that its access token is over, as it is after a while. */
  async function age(page: Page): Promise<void> {
    await page.evaluate('document.cookie = "__Host-fresh=; Max-Age=0; Path=/; Secure"');
  }

  /** Has the page look whether something changed, as it does every minute. */
  async function look(page: Page): Promise<void> {
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  }

  /** As the page, with its cookies, and without its hearing of the answer. */
  async function behind(page: Page): Promise<BrowserClient> {
    const cookies = await page.context().cookies(`${stack.origin}/api/token/refresh`);
    return browserClient(stack, new Map(cookies.map(({ name, value }) => [name, value])));
  }

  /** Has the page show an account again, and waits until it does: it shows this name then. */
  async function repaint(page: Page, name: string): Promise<void> {
    await page.route('**/api/me', async (route) => {
      const response = await route.fetch();
      const me = await response.json();
      await route.fulfill({ response, json: { ...me, claims: { ...me.claims, preferred_username: name } } });
    });
    await look(page);
    await untilHello(page, name);
    await page.unroute('**/api/me');
  }

  function addUser(name: string): string {
    stack.addUser(name, PASSWORD);
    return name;
  }

  it('signs in with the keyboard alone, and says what went wrong', async () => {
    const name = addUser('nina');
    const page = await open(await device());
    await untilSignIn(page);
    expect(await page.evaluate('document.activeElement.id')).toBe('username');
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'do not fit' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await untilHello(page, name);
    expect(await page.evaluate('document.activeElement.id')).toBe('who-title');
    expect(await page.getByRole('alert').textContent()).toBe('');
  });

  it('keeps tokens where no script can see them', async () => {
    const page = await signedIn(addUser('otto'));
    const seen = String(
      await page.evaluate('document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)'),
    );
    expect(seen).toMatch(/^__Host-csrf=[\w-]+; __Host-fresh=1\{\}\{\}$/);
    expect(seen).not.toMatch(/ey[\w-]+\./);
    const cookies = await page.context().cookies();
    const tokens = cookies.filter(({ value }) => value.startsWith('ey'));
    expect(tokens.map(({ name }) => name).sort()).toEqual(['__Host-access', '__Secure-refresh']);
    for (const token of tokens)
      expect(token).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
  });

  it('refreshes once for two tabs that find at the same time that they have to, and both stay signed in', async () => {
    const name = addUser('paul');
    const one = await signedIn(name);
    const two = await open(one.context());
    await untilHello(two, name);
    let refreshes = 0;
    one.context().on('request', (request) => {
      if (request.url().endsWith('/refresh')) refreshes += 1;
    });
    await age(one);
    const listed = [one, two].map((page) =>
      page.waitForResponse((response) => response.url().endsWith('/sessions')),
    );
    await Promise.all([look(one), look(two)]);
    for (const response of await Promise.all(listed)) expect(response.status()).toBe(200);
    expect(refreshes).toBe(1);
    await Promise.all([untilHello(one, name), untilHello(two, name)]);
  });

  it('is still signed in when the access token has ended, and after a reload', async () => {
    const name = addUser('quentin');
    const page = await signedIn(name);
    const names = async (): Promise<string[]> =>
      (await page.context().cookies()).map((cookie) => cookie.name);
    await vi.waitUntil(async () => !(await names()).includes('__Host-access'), {
      timeout: 2_000 * ACCESS_TTL_SECONDS,
    });
    const refreshed = page.waitForResponse((response) => response.url().endsWith('/refresh'));
    await page.reload();
    expect((await refreshed).status()).toBe(200);
    await untilHello(page, name);
  });

  it('survives a refresh whose answer is lost', async () => {
    const name = addUser('rosa');
    const page = await signedIn(name);
    let lost = 0;
    await page.route('**/api/token/refresh', async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      // The service does its work, and the page does not hear of it.
      const elsewhere = await behind(page);
      expect((await elsewhere.refresh()).status).toBe(200);
      elsewhere.close();
      return route.abort('connectionreset');
    });
    await age(page);
    const listed = page.waitForResponse((response) => response.url().endsWith('/sessions'));
    await look(page);
    expect((await listed).status()).toBe(200);
    expect(lost).toBe(1);
    await untilHello(page, name);
    expect(noises.splice(0)).toEqual(['error: Failed to load resource: net::ERR_CONNECTION_RESET']);
    await stack.untilLogged(({ event }) => event === 'refresh.replayed');
  });

  it('signs out in every tab when one signs out', async () => {
    const name = addUser('sara');
    const one = await signedIn(name);
    const two = await open(one.context());
    await untilHello(two, name);
    await one.getByRole('button', { name: 'Sign out', exact: true }).click();
    await Promise.all([untilSignIn(one), untilSignIn(two)]);
    await untilSaid(two, 'You were signed out in another tab.');
    expect(await two.getByRole('heading', { name: 'Hello' }).isVisible()).toBe(false);
    expect(await two.locator('#devices li').count()).toBe(0);
    // And signs in again in both.
    await signIn(two, name);
    await Promise.all([untilHello(one, name), untilHello(two, name)]);
  });

  it('lists devices, and signs another one out', async () => {
    const name = addUser('tom');
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
    const phone = await signedIn(name, { userAgent: agent });
    const desk = await signedIn(name);
    expect(await desk.locator('#devices strong').allTextContents()).toEqual([
      'Chrome on Linux',
      'Safari on iPhone',
    ]);
    expect(await desk.getByText('This device').count()).toBe(2);
    expect(await desk.getByText('This device').filter({ visible: true }).count()).toBe(1);
    await desk.getByText('Browser').last().click();
    await untilSaid(desk, agent);

    await desk.getByRole('button', { name: /^Sign out Safari on iPhone, last used/ }).click();
    await untilSaid(desk, 'Safari on iPhone was signed out.');
    expect(await desk.locator('#devices strong').allTextContents()).toEqual(['Chrome on Linux']);
    expect(await desk.evaluate('document.activeElement.id')).toBe('devices-title');
    await look(phone);
    await untilSignIn(phone);
    await untilSaid(phone, 'You were signed out.');
    expect(await phone.context().cookies()).toEqual([]);
  });

  it('signs out everywhere', async () => {
    const name = addUser('uwe');
    const [one, two] = [await signedIn(name), await signedIn(name)];
    await one.getByRole('button', { name: 'Sign out everywhere' }).click();
    await untilSaid(one, 'You are signed out on every device.');
    await look(two);
    await untilSignIn(two);
  });

  it('changes the password, which ends the other devices and not this one', async () => {
    const name = addUser('vera');
    const [here, elsewhere] = [await signedIn(name), await signedIn(name)];
    await here.getByLabel('Current password').fill('wrong');
    await here.getByLabel('New password').fill('swordfish-2');
    await here.getByRole('button', { name: 'Change password' }).click();
    await here.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
    await here.getByLabel('Current password').fill(PASSWORD);
    await here.getByRole('button', { name: 'Change password' }).click();
    await untilSaid(here, 'The password is changed');
    await look(elsewhere);
    await untilSignIn(elsewhere);
    await here.reload();
    await untilHello(here, name);
    await signIn(elsewhere, name);
    await elsewhere.getByRole('alert').filter({ hasText: 'do not fit' }).waitFor();
    await signIn(elsewhere, name, 'swordfish-2');
    await untilHello(elsewhere, name);
  });

  const losses = [
    ['was done before the answer was lost', 'before'],
    ['is done after the connection was lost', 'after'],
  ] as const;

  it.each(losses)(
    'gets the new tokens of a password change that %s, and says that nobody knows',
    async (_, when) => {
      const name = addUser(`xenia-${when}`);
      const page = await open(await device());
      // It waits until nothing can be under way any more, which the test does not.
      await page.clock.install();
      await page.reload();
      await signIn(page, name);
      await untilHello(page, name);
      let refreshes = 0;
      page.on('request', (request) => {
        if (request.url().endsWith('/refresh')) refreshes += 1;
      });
      let former: Awaited<ReturnType<BrowserContext['cookies']>> = [];
      let change = async (): Promise<void> => undefined;
      await page.route('**/api/me/password', async (route) => {
        refreshes = 0;
        former = await page.context().cookies();
        const elsewhere = await behind(page);
        const body = route.request().postDataJSON();
        change = async () => {
          expect((await elsewhere.send('/api/me/password', { method: 'POST', body })).status).toBe(200);
          elsewhere.close();
        };
        if (when === 'before') await change();
        return route.abort('connectionreset');
      });
      await page.getByLabel('Current password').fill(PASSWORD);
      await page.getByLabel('New password').fill('swordfish-2');
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('alert').filter({ hasText: 'may have been changed' }).waitFor();
      expect(noises.splice(0)).toEqual(['error: Failed to load resource: net::ERR_CONNECTION_RESET']);
      if (when === 'after') await change();
      expect(refreshes).toBe(0);

      const refreshed = page.waitForResponse((response) => response.url().endsWith('/refresh'));
      await page.clock.fastForward(12_000);
      expect((await refreshed).status()).toBe(200);
      // The session goes on, with the tokens of the change and no theft seen in those of before.
      await page.reload();
      await untilHello(page, name);
      const tokens = (cookies: typeof former): readonly string[] =>
        cookies.filter(({ httpOnly }) => httpOnly).map(({ value }) => value);
      const kept = tokens(await page.context().cookies());
      expect(kept).toHaveLength(2);
      expect(kept.filter((token) => tokens(former).includes(token))).toEqual([]);
      expect(stack.logged().filter(({ event }) => event === 'refresh.reused')).toEqual([]);
      const another = await open(await device());
      await signIn(another, name, 'swordfish-2');
      await untilHello(another, name);
    },
  );

  it('says to try again where there was no room for a password change', async () => {
    const name = addUser('yves');
    const page = await signedIn(name);
    const refuse = { status: 503, headers: { 'x-no-room': '1', 'retry-after': '1' }, body: '' };
    await page.route('**/api/me/password', (route) => route.fulfill(refuse));
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password').fill('swordfish-2');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').filter({ hasText: 'Try again in a moment' }).waitFor();
    // What was typed is there for another try.
    expect(await page.getByLabel('New password').inputValue()).toBe('swordfish-2');
    expect(noises.splice(0)).toEqual([expect.stringContaining('status of 503')]);
  });

  it('shows nothing of somebody who has signed out, however late it comes', async () => {
    const name = addUser('zoe');
    const page = await signedIn(name);
    let release: () => void = () => undefined;
    const signedOut = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/token/sessions', async (route) => {
      const response = await route.fetch();
      await signedOut;
      await route.fulfill({ response });
    });
    const late = page.waitForResponse((response) => response.url().endsWith('/sessions'));
    const asked = page.waitForRequest((request) => request.url().endsWith('/sessions'));
    await look(page);
    await asked;
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await untilSignIn(page);
    release();
    await (await late).finished();
    // What follows from an answer is done before the next one is.
    await page.evaluate('fetch("/icon.svg").then((answer) => answer.text())');
    await untilSaid(page, 'You are signed out.');
    expect(await page.getByRole('heading', { name: 'Hello' }).isVisible()).toBe(false);
    expect(await page.locator('#devices li').count()).toBe(0);
    expect(await page.locator('#name').textContent()).toBe('');
  });

  it('tells nobody how a password change went that somebody asked for who has left meanwhile', async () => {
    const page = await signedIn(addUser('zack'));
    let release: () => void = () => undefined;
    const hasLeft = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/me/password', async (route) => {
      await hasLeft;
      await route.fulfill({ status: 401, json: { code: 'invalid_credentials' } });
    });
    const asked = page.waitForRequest((request) => request.url().endsWith('/password'));
    const answered = page.waitForResponse((response) => response.url().endsWith('/password'));
    await page.getByLabel('Current password').fill('wrong');
    await page.getByLabel('New password').fill('swordfish-2');
    await page.getByRole('button', { name: 'Change password' }).click();
    await asked;
    await page.evaluate('new BroadcastChannel("tokenpair").postMessage("signed-out")');
    await untilSaid(page, 'You were signed out in another tab.');
    release();
    await (await answered).finished();
    await page.evaluate('fetch("/icon.svg").then((answer) => answer.text())');
    expect(await page.getByRole('alert').textContent()).toBe('');
    expect(await page.getByRole('status').textContent()).toBe('You were signed out in another tab.');
  });

  it('tells nobody what somebody else did, and shows nothing of what they had typed', async () => {
    const name = addUser('zita');
    const other = browserClient(stack);
    expect((await other.logIn(name, PASSWORD)).status).toBe(200);
    other.close();
    const page = await signedIn(name);
    let release: () => void = () => undefined;
    const isOther = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/token/sessions/*', async (route) => {
      await isOther;
      await route.fulfill({ status: 204 });
    });
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: /^Sign out Unknown device, last used/ }).click();
    await repaint(page, 'Somebody else');
    expect(await page.getByLabel('Current password').inputValue()).toBe('');
    const listed = page.waitForResponse((response) => response.url().endsWith('/sessions'));
    release();
    await (await listed).finished();
    await page.evaluate('fetch("/icon.svg").then((answer) => answer.text())');
    expect(await page.getByRole('status').textContent()).toBe('');
  });

  it('signs in while no other tab refreshes, so that its cookies are the last', async () => {
    const name = addUser('anna');
    const page = await open(await device());
    const other = await open(page.context());
    await untilSignIn(page);
    await other.evaluate(`(() => {
      void navigator.locks.request('tokenpair-refresh', () => new Promise((done) => { window.letGo = done; }));
    })()`);
    let logins = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') logins += 1;
    });
    await signIn(page, name);
    const waiting = (): Promise<number> =>
      other.evaluate('navigator.locks.query().then(({ pending }) => pending.length)');
    await vi.waitUntil(async () => (await waiting()) === 1 || logins > 0);
    expect(logins).toBe(0);
    await other.evaluate('window.letGo()');
    await untilHello(page, name);
    expect(logins).toBe(1);
  });

  it('keeps the cursor and what was opened in the list of devices when it looks again', async () => {
    const name = addUser('bert');
    const page = await signedIn(name);
    const others = [browserClient(stack), browserClient(stack)];
    for (const other of others) expect((await other.logIn(name, PASSWORD)).status).toBe(200);
    await repaint(page, 'Bert, again');
    expect(await page.locator('#devices li').count()).toBe(3);
    const newest = page.locator('#devices li').first();
    await newest.getByText('Browser').click();
    await newest.getByRole('button').focus();
    const isKept = async (): Promise<boolean> => {
      const button = page.locator('#devices button:focus');
      return (
        (await button.count()) === 1 &&
        page.locator('#devices li:has(button:focus) details[open]').isVisible()
      );
    };
    expect(await isKept()).toBe(true);
    await repaint(page, 'Bert, unchanged');
    expect(await isKept()).toBe(true);
    const one = browserClient(stack);
    others.push(one);
    expect((await one.logIn(name, PASSWORD)).status).toBe(200);
    await repaint(page, 'Bert, with one more');
    expect(await page.locator('#devices li').count()).toBe(4);
    expect(await isKept()).toBe(true);
    for (const other of others) other.close();
  });

  it('tells when the service is away, keeps the session, and goes on when it is back', async () => {
    const name = addUser('will');
    const page = await signedIn(name);
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor({ timeout: 30_000 });
    noises = [];
    await page.context().setOffline(false);
    await look(page);
    await untilHello(page, name);
  }, 60_000);

  const looks = [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    [
      'phone',
      { colorScheme: 'light', viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true },
    ],
    [
      'phone-dark',
      { colorScheme: 'dark', viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true },
    ],
  ] as const;

  it.each(looks)('fits the screen and has its pictures taken: %s', async (look, options) => {
    const name = addUser(`yara-${look}`);
    await signedIn(name);
    const page = await open(await device(options));
    await untilSignIn(page);
    await page.screenshot({ path: join(SCREENSHOTS, `${look}-sign-in.png`), fullPage: true });
    await signIn(page, name);
    await untilHello(page, name);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, `${look}-account.png`), fullPage: true });
  });
});
