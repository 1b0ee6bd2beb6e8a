import type { AuthError } from '../errors/auth-error.ts';
import { toJwks } from '../keys/jwks.ts';
import { oauth2Routes } from '../oauth2/oauth2-routes.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { publicAnswer } from './answer.ts';
import { introspect, revoke } from './client-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import type { HeaderLine } from './messages.ts';
import { type Handler, type Route, serveRoutes, type TokenRoutes } from './serve-routes.ts';
import { deleteSession, listSessions, logoutAll } from './session-endpoints.ts';
import { logout, obtain, refresh, verify } from './token-endpoints.ts';

const JWKS_MAX_AGE_SECONDS = 300;

/** Every endpoint of an auth; those that need a hook of the app, or a store that can do them, are there when that is. */
export function createTokenRoutes(context: AuthContext): TokenRoutes {
  const { options } = context;
  const { bind, get, post } = methodsOf(context);
  const resource = (methods: Route['methods']): Route => ({ methods, place: 'resource' });
  const routes = new Map(options.wire === 'oauth2' ? oauth2Routes(context) : tokenpairRoutes(context));
  routes.set('/jwks', resource(get(jwks)));
  if (options.can.subjects) {
    routes
      .set('/logout-all', resource(post(logoutAll)))
      .set('/sessions', resource(get(listSessions)))
      .set('/sessions/:id', resource({ DELETE: bind(deleteSession) }));
  }
  const serve = serveRoutes(routes, options.translate);
  return async (request) => {
    const { keys, refresh: renewal } = options;
    // An endpoint may look at the keys before it verifies anything.
    if (keys.ready !== undefined || renewal.keys.ready !== undefined)
      await Promise.all([keys.ready, renewal.keys.ready]);
    return serve(request);
  };
}

function tokenpairRoutes(context: AuthContext): ReadonlyMap<string, Route> {
  const { cookies, options } = context;
  const { post } = methodsOf(context);
  /** With cookie transport a request has to show its origin before anything else. */
  const admit: Route['admit'] = cookies && (({ rawHeaders }) => cookies.assertOrigin(rawHeaders));
  const onError = (error: AuthError): readonly HeaderLine[] =>
    endsGrant(error) ? (cookies?.clear ?? []) : [];
  const grant = (endpoint: Endpoint): Route => ({ methods: post(endpoint), place: 'grant', admit, onError });
  const resource = (endpoint: Endpoint): Route => ({ methods: post(endpoint), place: 'resource' });

  const routes = new Map<string, Route>([
    ['/refresh', grant(refresh)],
    ['/logout', grant(logout)],
    ['/blacklist', grant(logout)],
    ['/verify', { ...resource(verify), admit }],
  ]);
  if (options.login !== undefined) routes.set('/', grant(obtain));
  if (options.authenticateClient !== undefined)
    routes.set('/introspect', resource(introspect)).set('/revoke', resource(revoke));
  return routes;
}

interface Methods {
  bind(endpoint: Endpoint): Handler;
  get(endpoint: Endpoint): Route['methods'];
  post(endpoint: Endpoint): Route['methods'];
}

function methodsOf(context: AuthContext): Methods {
  const bind =
    (endpoint: Endpoint): Handler =>
    (request, parameter) =>
      endpoint(context, request, parameter);
  return {
    bind,
    get: (endpoint) => ({ GET: bind(endpoint), HEAD: bind(endpoint) }),
    post: (endpoint) => ({ POST: bind(endpoint) }),
  };
}

const jwks: Endpoint = async ({ options }) => publicAnswer(toJwks(options.keys), JWKS_MAX_AGE_SECONDS);

/** A refresh token refused for good takes the cookies along; a store that fails leaves them for the retry. */
function endsGrant({ status, code }: AuthError): boolean {
  return status === 401 && code !== 'invalid_credentials' && code !== 'token_missing';
}
