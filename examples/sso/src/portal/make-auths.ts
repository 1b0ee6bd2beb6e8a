import { type Auth, createAuth } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import type { TokenStore } from '@tokenpair/core/store';
import { isPlainHttp, type Settings } from '../settings.ts';
import type { PortalKeys } from './keys.ts';

/** Two ways to hand out the pairs of one issuer, over one store. */
export interface PortalAuths {
  /** For browsers: in cookies that no script can read. Billing introspects here. */
  readonly browsers: Auth;
  /** For programs: in bodies. */
  readonly programs: Auth;
}

export function makeAuths(
  { audience, portalUrl }: Settings,
  store: TokenStore,
  keys: PortalKeys,
  billingSecret: string,
): PortalAuths {
  const common = { issuer: portalUrl, audience, keys: keys.tokens, store };
  return {
    browsers: createAuth({
      ...common,
      transport: 'cookie',
      cookie: { path: '/api/token', development: isPlainHttp(portalUrl) },
      csrf: { secret: keys.csrf },
      authenticateClient: basicClients({ billing: billingSecret }),
    }),
    programs: createAuth(common),
  };
}
