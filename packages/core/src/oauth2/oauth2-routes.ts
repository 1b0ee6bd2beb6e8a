import type { Endpoint } from '../http/endpoint.ts';
import type { Route } from '../http/serve-routes.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { introspect, revoke, token } from './oauth2-endpoints.ts';
import { toOAuth2Error } from './oauth2-error.ts';

/** The endpoints that OAuth 2 has words for; no introspection without somebody who may ask. */
export function oauth2Routes(context: AuthContext): ReadonlyMap<string, Route> {
  const post = (endpoint: Endpoint): Route => ({
    methods: { POST: (request, parameter) => endpoint(context, request, parameter) },
    place: 'grant',
    toError: toOAuth2Error,
  });
  const routes = new Map([
    ['/token', post(token)],
    ['/revoke', post(revoke)],
  ]);
  return context.options.authenticateClient === undefined
    ? routes
    : routes.set('/introspect', post(introspect));
}
