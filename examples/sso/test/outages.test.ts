import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import {
  askBilling,
  askReports,
  CACHE_MS,
  connectProgram,
  signIn,
  startFleet,
  statusOf,
  tokenIn,
  until,
} from './support/fleet.ts';

vi.setConfig({ testTimeout: 60_000 });

const FEED_SILENCE_MS = 3_000;
const BUSY_MS = 2_000;

describe('while the provider is away', () => {
  it('verification goes on, sessions are renewed, and a sign-out ends them', async () => {
    const fleet = await startFleet();
    const browser = await signIn(fleet);
    const { refresh } = await connectProgram(browser, fleet);
    await fleet.kill('provider');
    const token = tokenIn(browser, fleet);
    expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);
    expect((await browser.open(`${fleet.urls.portal}/reports`)).status).toBe(200);
    const renewed = await post(`${fleet.urls.portal}/api/programs/token/refresh`, { refresh });
    expect(renewed.status).toBe(200);
    const { access } = JSON.parse(renewed.text);
    expect([await askReports(fleet, access), await askBilling(fleet, access)]).toEqual([200, 200]);
    // The browser is sent on to the provider, which nobody answers for: the portal's part is done by then.
    await expect(browser.submit(`${fleet.urls.portal}/api/token/sign-out`)).rejects.toThrow('fetch failed');
    await Promise.all([
      until(401, () => askReports(fleet, token)),
      until(401, () => askBilling(fleet, token)),
    ]);
  });

  it('the portal starts, says so to who wants to sign in, and is there when the provider is', async () => {
    const fleet = await startFleet();
    await fleet.kill('provider');
    await fleet.kill('portal');
    await fleet.start('portal');
    const refused = await fetch(`${fleet.urls.portal}/sign-in`, { redirect: 'manual' });
    expect(refused.status).toBe(503);
    await fleet.start('provider');
    await signIn(fleet);
  });
});

describe('while the portal is away', () => {
  it('reports goes on by the keys and the feed that it has, and billing refuses what it cannot ask about', async () => {
    const fleet = await startFleet();
    const token = tokenIn(await signIn(fleet), fleet);
    expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);
    await fleet.kill('portal');
    const refused = await until(503, () => askBilling(fleet, token));
    expect([...refused.before].filter((status) => status !== 200)).toEqual([]);
    expect(refused.ms).toBeLessThan(CACHE_MS + BUSY_MS);
    expect(await askReports(fleet, token)).toBe(200);
    await fleet.start('portal');
    expect([await askReports(fleet, token), await askBilling(fleet, token)]).toEqual([200, 200]);
  });
});

serviceTest('redis-server')('while the store is away', (program) => {
  it('reports refuses only when its feed is down, nobody is told to sign in again, and all go on afterwards', async () => {
    const redis = await startRedis({ program });
    onTestFinished(() => redis.stop());
    const fleet = await startFleet({ STORE_URL: redis.url });
    const browser = await signIn(fleet);
    const token = tokenIn(browser, fleet);
    const askPortal = () => statusOf(`${fleet.urls.portal}/me`, token);
    await until(200, () => askReports(fleet, token));
    await redis.kill();
    const [reports, billing, portal] = await Promise.all([
      until(503, () => askReports(fleet, token)),
      until(503, () => askBilling(fleet, token)),
      until(503, askPortal),
    ]);
    for (const { before } of [reports, billing, portal])
      expect([...before].filter((status) => status !== 200)).toEqual([]);
    expect(reports.ms).toBeLessThan(FEED_SILENCE_MS + BUSY_MS);
    await redis.restart();
    await Promise.all([
      until(200, () => askReports(fleet, token)),
      until(200, () => askBilling(fleet, token)),
      until(200, askPortal),
    ]);
    // A logout at the portal is heard by the feed that came back.
    await browser.open(`${fleet.urls.portal}/`);
    await browser.submit(`${fleet.urls.portal}/api/token/sign-out`);
    await until(401, () => askReports(fleet, token));
  });
});

async function post(url: string, fields: Record<string, string>) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, text: await response.text() };
}
