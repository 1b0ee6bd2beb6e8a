import { type AuthRequest, type JsonObject, TokenRevokedError } from '@tokenpair/core';
import { readFields, requireText } from '@tokenpair/core/http';
import type { TokenStore } from '@tokenpair/core/store';
import { createVerifier } from '@tokenpair/core/verifier';
import { isPlainHttp, type Settings } from '../settings.ts';
import { ask, type SignIns } from './sign-ins.ts';

/** What makes a token a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** As late as a logout token may be taken after its end; see `leeway` of `createVerifier`. */
const LEEWAY_MS = 60_000;

/**
 * Takes the provider's word that a sign-in has ended: a logout token of this provider, for this client, good now and not used before. `sub` is
 * required although the specification lets a provider send `sid` alone: sessions are kept by subject.
 *
 * @returns what throws an `AuthError` for a token that is refused, and when the keys or the store cannot be had
 * @see OpenID Connect Back-Channel Logout 1.0 §2.6
 */
export function createBackChannelLogout(
  { providerUrl }: Settings,
  store: TokenStore,
  signIns: SignIns,
): (request: AuthRequest) => Promise<void> {
  const logoutTokens = createVerifier({
    issuers: [
      {
        issuer: providerUrl,
        audience: 'portal',
        algorithms: ['ES256'],
        jwks: { url: `${providerUrl}/jwks`, allowHttp: isPlainHttp(providerUrl) },
        typ: 'logout+jwt',
        requiredClaims: ['iss', 'aud', 'iat', 'jti', 'sub', 'events'],
        maxLife: '10m',
        validateClaims: isLogout,
      },
    ],
    cache: false,
  });

  return async (request) => {
    const { logout_token: token } = requireText(await readFields(request), ['logout_token']);
    const { claims, session: sid } = await logoutTokens.verify(token);
    const subject = String(claims['sub']);
    const use = {
      id: `logout:${claims['jti']}`,
      subject,
      expiresAt: Number(claims['exp']) * 1000 + LEEWAY_MS,
    };
    if (!(await ask(() => store.isLive({ token: use }, Date.now())))) throw new TokenRevokedError();
    // Used up last: where the store fails on the way the provider may send it again.
    await signIns.end(subject, sid);
    if (!(await ask(() => store.blacklist(use, Date.now())))) throw new TokenRevokedError();
  };
}

/** An ID token has no `events`; a logout token has no `nonce`, so that it never passes for one. */
function isLogout({ events, nonce }: JsonObject): boolean {
  if (nonce !== undefined || typeof events !== 'object' || events === null) return false;
  const event = (events as JsonObject)[EVENT];
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}
