import type { IssuerOptions, VerifierRevocation } from '@tokenpair/core/verifier';
import { isPlainHttp, type Settings } from './settings.ts';

/** The portal as the services know it that take its tokens and issue none. */
export function portalIssuer(
  { audience, portalUrl }: Settings,
  revocation: VerifierRevocation,
): IssuerOptions {
  return {
    issuer: portalUrl,
    audience,
    algorithms: ['ES256'],
    jwks: { url: `${portalUrl}/api/token/jwks`, allowHttp: isPlainHttp(portalUrl) },
    revocation,
  };
}
