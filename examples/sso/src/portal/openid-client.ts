import { type Auth, AuthError, BackendUnavailableError, InvalidRequestError } from '@tokenpair/core';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { isPlainHttp, type Settings } from '../settings.ts';
import type { SignIn } from './sign-ins.ts';

/** A sign-in that was begun: where the browser goes, and what it has to bring back. */
export interface BegunSignIn {
  readonly location: string;
  readonly ticket: string;
}

/** The portal as a client of the OpenID provider. */
export interface OpenIdClient {
  /** @throws BackendUnavailableError while the provider cannot be reached */
  begin(): Promise<BegunSignIn>;
  /**
   * Who comes back from the provider, by the code in the URL; a ticket is good once.
   *
   * @throws TokenNotValidError, TokenRevokedError for the ticket; InvalidRequestError for what is not the answer to it; BackendUnavailableError
   */
  finish(url: URL, ticket: string): Promise<SignIn>;
  /** Where the browser ends its sign-in at the provider; `undefined` while that cannot be reached. */
  endUrl(): Promise<string | undefined>;
}

/** How long somebody may take at the provider. */
const TICKET_TTL = '10m';
const TIMEOUT_SECONDS = 3;

export function createOpenIdClient(settings: Settings, secret: string, auth: Auth): OpenIdClient {
  const { portalUrl, providerUrl } = settings;
  // What is needed to finish is signed and with the browser, so that any node can finish what another began.
  const tickets = auth.kind<Record<'challenged' | 'named' | 'echoed', string>>('sign-in', {
    ttl: TICKET_TTL,
    singleUse: true,
  });
  const discover = discovering(providerUrl, secret);

  return Object.freeze({
    async begin() {
      const config = await asked(discover());
      const [challenged, named, echoed] = [randomPKCECodeVerifier(), randomNonce(), randomState()];
      const location = buildAuthorizationUrl(config, {
        redirect_uri: `${portalUrl}/api/token/callback`,
        scope: 'openid',
        code_challenge: await calculatePKCECodeChallenge(challenged),
        code_challenge_method: 'S256',
        nonce: named,
        state: echoed,
      });
      return {
        location: location.href,
        ticket: await tickets.issue({ claims: { challenged, named, echoed } }),
      };
    },
    async finish(url, ticket) {
      const { challenged, named, echoed } = (await tickets.verify(ticket)).claims;
      const tokens = await asked(
        authorizationCodeGrant(await asked(discover()), url, {
          pkceCodeVerifier: challenged,
          expectedNonce: named,
          expectedState: echoed,
          idTokenExpected: true,
        }),
      );
      const claims = tokens.claims();
      const sid = claims?.['sid'];
      if (claims === undefined || typeof sid !== 'string') throw new InvalidRequestError();
      return { subject: claims.sub, sid };
    },
    async endUrl() {
      const config = await discover().catch(() => undefined);
      return config && buildEndSessionUrl(config, { post_logout_redirect_uri: `${portalUrl}/` }).href;
    },
  } satisfies OpenIdClient);
}

/** The provider's answer; what is wrong with it is the browser's doing, what keeps it away is not. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const kinds = [AuthorizationResponseError, ClientError, ResponseBodyError];
    const isRefusal = kinds.some((kind) => cause instanceof kind) && !isTimeout(cause);
    throw isRefusal ? new InvalidRequestError({ cause }) : new BackendUnavailableError({ cause });
  }
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof ClientError && cause.code === 'OAUTH_TIMEOUT';
}

/** The provider's metadata, fetched when they are first needed: the portal starts without the provider, too. */
function discovering(providerUrl: string, secret: string): () => Promise<Configuration> {
  const execute = isPlainHttp(providerUrl) ? [allowInsecureRequests] : [];
  let known: Promise<Configuration> | undefined;
  return () => {
    known ??= discovery(new URL(providerUrl), 'portal', secret, undefined, {
      execute,
      timeout: TIMEOUT_SECONDS,
    }).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
