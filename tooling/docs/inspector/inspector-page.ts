/** The token inspector in a browser: the cases, for the suite that has built the site. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { leastContrast } from './contrast.ts';
import { keptBy, openRecorded, type RecordedPage } from './recorded-page.ts';

export interface InspectorSuite {
  readonly browser: () => Browser;
  /** Of the site, with a slash at its end. */
  readonly url: () => string;
  /** Where pictures go, for people to look at. */
  readonly screenshots: string;
}

const SECRET = 'Vc2aXyqv0mJb7Zt4rQ9wLkE1sHn6GdUf';
const TOKEN = 'Token';
const KEY = 'Key, to verify the signature (optional)';
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function inputOf(header: object, claims: object): string {
  const iat = Math.floor(Date.now() / 1000);
  const all = { iss: 'https://a.test', aud: 'b', sub: 'ada', iat, exp: iat + 3600, ...claims };
  return `${encode(header)}.${encode(all)}`;
}

function hs256(claims: object = {}, header: object = {}): string {
  const input = inputOf({ alg: 'HS256', typ: 'at+jwt', ...header }, claims);
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

/** A token and what verifies it. */
function signedBy(alg: 'RS256' | 'ES256'): {
  readonly token: string;
  readonly pem: string;
  readonly jwk: string;
} {
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const input = inputOf({ alg, typ: 'at+jwt', kid: 'k' }, {});
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    token: `${input}.${signature.toString('base64url')}`,
    pem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    jwk: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }] }),
  };
}

/** Declares the cases. */
export function inspectorPage({ browser, url, screenshots }: InspectorSuite): void {
  const address = () => `${url()}inspector`;
  const boxOf = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
  const isWhole = (page: Page) => boxOf(page, TOKEN).waitFor();

  describe('the token inspector', () => {
    let opened: RecordedPage;
    let page: Page;
    beforeAll(async () => {
      opened = await openRecorded(address(), { browser: browser(), isWhole });
      page = opened.page;
    }, 60_000);
    afterAll(() => opened?.close());
    // Whatever was pasted, the page has asked for nothing since it had loaded, and nothing is left behind.
    afterEach(async () => {
      await page.getByRole('button', { name: 'Clear' }).click();
      await says('Nothing is pasted yet.');
      expect([opened.asked, opened.said, await keptBy(page)]).toEqual([[], [], opened.kept]);
    });

    const says = (text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();

    async function paste(label: string, text: string): Promise<void> {
      await boxOf(page, label).focus();
      await page.keyboard.insertText(text);
    }

    it('says what is in a token, asks for nothing meanwhile and keeps nothing', async () => {
      await paste(TOKEN, hs256({ sub: 'somebody in particular' }));
      await says('Nothing is wrong with it');
      await says('Not verified: there is no key');
      await page.getByRole('row', { name: 'sub' }).getByText('"somebody in particular"').waitFor();
      await page
        .getByRole('row', { name: 'exp' })
        .getByText(/UTC, in 59 minutes/)
        .waitFor();
      await paste(KEY, SECRET);
      await says('the signature is good');
      await page.getByLabel('Judge it as').selectOption('refresh');
      await page.getByText('what is taken here is "rt+jwt"').waitFor();
      expect([opened.asked, await keptBy(page)]).toEqual([[], opened.kept]);
    });

    it.each(['RS256', 'ES256'] as const)(
      'verifies %s by the engine for browsers, from PEM and from a key set',
      async (alg) => {
        const { token, pem, jwk } = signedBy(alg);
        await paste(TOKEN, token);
        for (const key of [pem, jwk]) {
          await boxOf(page, KEY).fill(key);
          await says(`The signature is that of the key, with ${alg}.`);
        }
        await boxOf(page, KEY).fill(signedBy(alg).pem);
        await says('The signature is not that of the key');
        await says('Tokenpair refuses it: token_not_valid.');
        await boxOf(page, KEY).fill('a secret');
        await says(/^Not verified\. The token says/);
      },
    );

    it('says why a token is refused', async () => {
      await paste(
        TOKEN,
        hs256({ exp: 1_700_000_000, iat: 1_699_999_000 }, { typ: 'JWT', jku: 'https://x.test' }),
      );
      const why = page.getByRole('list', { name: 'Why it is refused' });
      await why.getByText('says where to fetch a key').waitFor();
      await why.getByText(/It has expired, \d+ years? ago/).waitFor();
      expect(await why.getByRole('listitem').count()).toBe(3);
    });

    it('shows markup as text', async () => {
      await paste(TOKEN, hs256({ sub: '<img src=x onerror=alert(1)>', '<b>x</b>': '{{ 1 + 1 }}' }));
      await page.getByText('"<img src=x onerror=alert(1)>"').waitFor();
      await page.getByText('"{{ 1 + 1 }}"').waitFor();
      expect(await page.locator('.inspector table img, .inspector table b').count()).toBe(0);
    });

    it('can be used by keyboard alone, and says its verdict to who hears it', async () => {
      await boxOf(page, TOKEN).focus();
      const order: unknown[] = [];
      for (let step = 0; step < 6; step++) {
        if (step > 0) await page.keyboard.press('Tab');
        order.push(
          await page.evaluate(
            '(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()',
          ),
        );
      }
      expect(order).toEqual([
        TOKEN,
        'Judge it as',
        KEY,
        'The secret is written in base64',
        'Show an example',
        'Clear',
      ]);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await says('Tokenpair takes it');
      expect(await page.getByRole('status').getAttribute('aria-live')).toBe('polite');
      expect(await page.getByRole('table', { name: 'Claims' }).getByRole('row').count()).toBe(10);
    });

    it.each([
      ['inspector-light', WIDE, 'light'],
      ['inspector-dark', WIDE, 'dark'],
      ['inspector-phone', PHONE, 'light'],
      ['inspector-phone-dark', PHONE, 'dark'],
    ] as const)('can be read: %s', async (name, size, colorScheme) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'Show an example' }).click();
      await says('Tokenpair takes it');
      if (colorScheme === 'dark') {
        await boxOf(page, TOKEN).fill(hs256({ exp: 1 }, { typ: 'JWT' }));
        await says('Tokenpair refuses it');
      }
      await page.evaluate('scrollTo(0, 0)');
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      const least = await leastContrast(page, '.inspector');
      expect(least.ratio, least.text).toBeGreaterThanOrEqual(4.5);
    });

    it('forgets a token when the page is left', async () => {
      await paste(TOKEN, hs256({ sub: 'left behind' }));
      await page.getByText('"left behind"').waitFor();
      const again = await openRecorded(address(), { browser: browser(), context: page.context(), isWhole });
      expect(await boxOf(again.page, TOKEN).inputValue()).toBe('');
      await again.page.close();
    });

    it('has forgotten what was pasted when its reader comes back', async () => {
      const { page: left, close } = await openRecorded(address(), { browser: browser(), isWhole });
      onTestFinished(close);
      const boxes = () => Promise.all([TOKEN, KEY].map((name) => boxOf(left, name).inputValue()));
      const fill = async () => {
        await boxOf(left, KEY).fill(SECRET);
        await boxOf(left, TOKEN).fill(hs256({ sub: 'left behind' }));
        await left.getByText('"left behind"').waitFor();
      };
      await fill();
      await left.goto(url());
      await left.goBack();
      expect(await boxes()).toEqual(['', '']);
      // A browser under test loads it anew; those of people may keep it as it was, and say so to it when they go.
      await fill();
      await left.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
      await left.getByRole('status').getByText('Nothing is pasted yet.').waitFor();
      expect(await boxes()).toEqual(['', '']);
    });
  });

  describe('the browser', () => {
    it.each(['', 'guards'])(
      'lets the inspector ask for nothing, also when a reader comes from /%s',
      async (from) => {
        const { asked, close, page, refused } = await openRecorded(
          from === '' ? address() : `${url()}${from}`,
          { browser: browser() },
        );
        onTestFinished(close);
        if (from !== '') await page.getByRole('link', { name: 'Token inspector' }).first().click();
        await isWhole(page);
        await page.waitForLoadState('networkidle');
        asked.length = 0;
        const results = await page.evaluate(`(async () => {
        window.violations = new Set();
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.add(effectiveDirective));
        const results = await Promise.allSettled([fetch('/x'), fetch('https://elsewhere.test/')]);
        navigator.sendBeacon('/x', 'x');
        try { new WebSocket('ws://' + location.host); } catch {}
        new Image().src = '/x.png';
        document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }));
        return results.map(({ status }) => status);
      })()`);
        expect(results).toEqual(['rejected', 'rejected']);
        await expect
          .poll(() => page.evaluate('[...violations].sort().join()'))
          .toBe('connect-src,frame-src,img-src');
        expect(asked.filter((each) => !refused.has(each))).toEqual([]);
        // What is recorded would show a request that is let through.
        await page.evaluate(
          "document.head.append(Object.assign(document.createElement('script'), { src: '/a.js' }))",
        );
        await expect.poll(() => asked.at(-1)).toBe(`${new URL(url()).origin}/a.js`);
      },
    );
  });
}
