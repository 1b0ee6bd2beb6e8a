import type { RequestListener } from 'node:http';
import type { TokenStore } from '@tokenpair/core/store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBilling } from '../src/billing/create-billing.ts';
import { createReports } from '../src/reports/create-reports.ts';
import { statusOf, until } from './support/fleet.ts';
import { BILLING_SECRET, type RunningPortal, reserve, startPortal } from './support/in-process.ts';

/** Reports and billing, bound to a portal. */
async function startServices({ settings, store }: RunningPortal) {
  const [reports, billing] = await Promise.all([reserve(), reserve()]);
  const app = await createReports(settings, store);
  onTestFinished(() => app.close());
  reports.serve(app.routing as RequestListener);
  const handle = createBilling(settings, BILLING_SECRET).callback();
  billing.serve((request, response) => void handle(request, response));
  return [`${reports.url}/reports`, `${billing.url}/invoices`] as const;
}

async function tokenOf({ programs }: RunningPortal, scope = 'read'): Promise<string> {
  return (await programs.sessions.issue({ subject: 'vitor', scope })).access;
}

describe('services bound to one portal', () => {
  it('refuse the tokens of another, whose name and audience are right but for the portal', async () => {
    const [a, b] = await Promise.all([startPortal(), startPortal()]);
    const [ofA, ofB] = await Promise.all([startServices(a), startServices(b)]);
    const [tokenA, tokenB] = await Promise.all([tokenOf(a), tokenOf(b)]);
    for (const url of ofA)
      expect([await statusOf(url, tokenA), await statusOf(url, tokenB)]).toEqual([200, 401]);
    for (const url of ofB)
      expect([await statusOf(url, tokenA), await statusOf(url, tokenB)]).toEqual([401, 200]);
  });

  it('refuse tokens for another audience, refresh tokens, and tokens without the scope', async () => {
    const portal = await startPortal();
    const urls = await startServices(portal);
    const elsewhere = await startPortal({ AUDIENCE: 'https://elsewhere.test' });
    const { refresh } = await portal.programs.sessions.issue({ subject: 'vitor', scope: 'read' });
    for (const url of urls) {
      expect(await statusOf(url, await tokenOf(elsewhere))).toBe(401);
      expect(await statusOf(url, String(refresh))).toBe(401);
      expect(await statusOf(url, await tokenOf(portal, 'write'))).toBe(403);
      expect(await statusOf(url, await tokenOf(portal))).toBe(200);
    }
  });
});

describe('reports, while the store answers no question', () => {
  const isLive = async () => {
    throw new Error('the store is away');
  };

  /** Reports, with this of the portal's store; gives what to ask. */
  async function startReports(portal: RunningPortal, store: Pick<TokenStore, 'isLive' | 'watch'>) {
    const token = await tokenOf(portal);
    const reports = await reserve();
    const app = await createReports(portal.settings, store);
    onTestFinished(() => app.close());
    reports.serve(app.routing as RequestListener);
    return () => statusOf(`${reports.url}/reports`, token);
  }

  it('goes on by its feed, and hears of logouts by it', async () => {
    const portal = await startPortal();
    const { watch } = portal.store;
    const ask = await startReports(portal, { isLive, ...(watch && { watch }) });
    await until(200, ask);
    const { session } = await portal.programs.sessions.issue({ subject: 'vitor' });
    await portal.programs.sessions.revoke(session);
    expect(await ask()).toBe(200);
    await portal.programs.sessions.revokeAll('vitor');
    expect((await until(401, ask)).before).not.toContain(503);
  });

  it('refuses with 503 while its feed is down too', async () => {
    const portal = await startPortal();
    const watch = async () => {
      throw new Error('the store is away');
    };
    expect(await (await startReports(portal, { isLive, watch }))()).toBe(503);
  });
});
