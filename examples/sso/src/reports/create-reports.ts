import type { TokenStore } from '@tokenpair/core/store';
import { createVerifier } from '@tokenpair/core/verifier';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { portalIssuer } from '../portal-issuer.ts';
import type { Settings } from '../settings.ts';

/** A service that verifies by the portal's public keys, and hears of logouts by the feed of the store that it shares with the portal. */
export async function createReports(
  settings: Settings,
  store: Pick<TokenStore, 'isLive' | 'watch'>,
): Promise<FastifyInstance> {
  const verifier = createVerifier({ issuers: [portalIssuer(settings, { store, by: 'feed' })] });
  const { plugin, guard, getAuth } = fastifyAuth(verifier);
  const app = Fastify();
  app.addHook('onClose', () => verifier.close());
  app.register(plugin);
  app.get('/reports', { onRequest: guard({ scope: 'read' }) }, async (request) => {
    const { session, subject } = getAuth(request);
    return { service: 'reports', subject, session };
  });
  await app.ready();
  return app;
}
