import type { AuthContext } from './session/auth-context.ts';
import type { SessionApi } from './session/session-api.ts';
import type { TokenService } from './token-service.ts';

/** The service of an auth, whose code is loaded at the first call, or when told to. */
export interface ServiceOnDemand extends TokenService {
  load(): Promise<unknown>;
}

/** A load that failed fails its calls; the next one tries again. */
export function serviceOnDemand(context: AuthContext): ServiceOnDemand {
  let loading: Promise<TokenService> | undefined;

  function load(): Promise<TokenService> {
    loading ??= import('./token-service.ts').then(
      ({ createTokenService }) => createTokenService(context),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  return Object.freeze({
    load,
    handle: async (request) => (await load()).handle(request),
    fetch: async (request, options) => (await load()).fetch(request, options),
    answerPair: async (pair) => (await load()).answerPair(pair),
    refresh: async (token, client) => (await load()).refresh(token, client),
    logout: async (token) => (await load()).logout(token),
    sessions: Object.freeze<SessionApi>({
      issue: async (login, client) => (await load()).sessions.issue(login, client),
      list: async (subject) => (await load()).sessions.list(subject),
      revoke: async (ref, reason) => (await load()).sessions.revoke(ref, reason),
      revokeAll: async (subject, options) => (await load()).sessions.revokeAll(subject, options),
      reauthenticate: async (ref, options) => (await load()).sessions.reauthenticate(ref, options),
    }),
  } satisfies ServiceOnDemand);
}
