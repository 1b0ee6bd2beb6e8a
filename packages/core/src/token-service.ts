/**
 * What issues, rotates and ends: loaded when it is first needed, or by `ready()`. A process that only has guards, such as a function that serves
 * one route, starts without it.
 *
 * @module
 */
import { createFetchRoutes, type FetchClient } from './fetch/fetch-routes.ts';
import type { AuthAnswer } from './http/answer.ts';
import type { RoutesOptions } from './http/below-prefix.ts';
import { pairAnswer } from './http/pair-answer.ts';
import type { TokenRoutes } from './http/serve-routes.ts';
import { createTokenRoutes } from './http/token-routes.ts';
import type { AuthContext } from './session/auth-context.ts';
import { endSessions } from './session/end-session.ts';
import { readRefreshToken } from './session/read-refresh-token.ts';
import { refreshSession } from './session/refresh-session.ts';
import { createSessionApi, type SessionApi } from './session/session-api.ts';
import type { TokenPair } from './session/token-pair.ts';
import type { SessionClient } from './store.ts';

/** The same as the members of an auth of these names. */
export interface TokenService {
  readonly handle: TokenRoutes;
  fetch(request: Request, options?: RoutesOptions & FetchClient): Promise<Response | undefined>;
  answerPair(pair: TokenPair): Promise<AuthAnswer>;
  readonly sessions: SessionApi;
  refresh(token: string, client?: SessionClient): Promise<TokenPair>;
  logout(token: string): Promise<void>;
}

export function createTokenService(context: AuthContext): TokenService {
  const handle = createTokenRoutes(context);
  return Object.freeze({
    handle,
    fetch: async (request, { prefix, ip } = {}) => createFetchRoutes(handle, { prefix })(request, { ip }),
    answerPair: (pair) => pairAnswer(context, pair),
    sessions: createSessionApi(context),
    refresh: async (token, client = {}) =>
      refreshSession(context, await readRefreshToken(context, token), client),
    logout: async (token) => {
      const { ref } = await readRefreshToken(context, token, { allowExpired: true });
      await endSessions(context, ref, 'logout');
    },
  } satisfies TokenService);
}
