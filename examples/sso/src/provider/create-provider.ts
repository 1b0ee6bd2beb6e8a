import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isPlainHttp, type Settings } from '../settings.ts';
import { createLoginPages } from './login-pages.ts';

/**
 * An OpenID provider with one client, the portal: code flow with PKCE, logout by the client (RP-Initiated Logout 1.0) and by the provider
 * (Back-Channel Logout 1.0). Its sessions and keys last as long as the process.
 */
export function createProvider(settings: Settings, portalSecret: string): RequestListener {
  const provider = new Provider(settings.providerUrl, configure(settings, portalSecret));
  const answerOpenId = provider.callback();
  const answerLogin = createLoginPages(provider);
  return (request, response) => {
    if (request.url?.startsWith('/interaction/')) void answerLogin(request, response);
    else void answerOpenId(request, response);
  };
}

function configure({ portalUrl }: Settings, portalSecret: string): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    clients: [
      {
        client_id: 'portal',
        client_secret: portalSecret,
        redirect_uris: [`${portalUrl}/api/token/callback`],
        post_logout_redirect_uris: [`${portalUrl}/`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        backchannel_logout_uri: `${portalUrl}/backchannel-logout`,
        // Puts `sid` into ID tokens and logout tokens.
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    loadExistingGrant: grantToOwnClient,
    // Its own protection keeps it from calling this machine, which is where the portal is here.
    ...(isPlainHttp(portalUrl) ? { fetch: callAnywhere } : {}),
  };
}

/** The portal belongs to the house: nobody is asked whether it may know who they are. */
async function grantToOwnClient({ oidc }: KoaContextWithOIDC) {
  const { account, client, session } = oidc;
  const clientId = client?.clientId;
  if (account === undefined || clientId === undefined) return undefined;
  const known = session?.grantIdFor(clientId);
  if (known !== undefined) return oidc.provider.Grant.find(known);
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

function callAnywhere(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { dispatcher: _, ...rest } = init as RequestInit & { readonly dispatcher?: unknown };
  return fetch(url, rest);
}
