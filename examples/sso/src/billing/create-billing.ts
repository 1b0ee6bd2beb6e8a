import { createVerifier } from '@tokenpair/core/verifier';
import { koaAuth } from '@tokenpair/koa';
import Koa from 'koa';
import { portalIssuer } from '../portal-issuer.ts';
import { isPlainHttp, type Settings } from '../settings.ts';

/** A service that shares nothing with the portal but an address and a client's secret: it asks there whether a token is still good. */
export function createBilling(settings: Settings, secret: string): Koa {
  const { cacheMs, portalUrl } = settings;
  const introspection = {
    url: `${portalUrl}/api/token/introspect`,
    allowHttp: isPlainHttp(portalUrl),
    client: { id: 'billing', secret },
    cacheMs,
  };
  const verifier = createVerifier({ issuers: [portalIssuer(settings, { introspection })] });
  const { guard, getAuth } = koaAuth(verifier);
  const guarded = guard({ scope: 'read' });
  const app = new Koa();
  app.use(async (ctx, next) => {
    if (ctx.path === '/invoices') await guarded(ctx, next);
  });
  app.use((ctx) => {
    const { session, subject } = getAuth(ctx);
    ctx.body = { service: 'billing', subject, session };
  });
  return app;
}
