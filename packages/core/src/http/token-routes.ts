import { AuthError, type ErrorPlace } from '../errors/auth-error.ts';
import { MethodNotAllowedError } from '../errors/errors.ts';
import { toJwks } from '../keys/jwks.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { type AuthAnswer, errorAnswer, publicAnswer } from './answer.ts';
import { introspect, revoke } from './client-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import type { AuthRequest, HeaderLine } from './messages.ts';
import { deleteSession, listSessions, logoutAll } from './session-endpoints.ts';
import { logout, obtain, refresh, verify } from './token-endpoints.ts';

/** One path below the mount point. */
interface Route {
  readonly methods: Readonly<Record<string, Endpoint>>;
  readonly place: ErrorPlace;
  /** With cookie transport the request has to show its origin before anything else. */
  readonly needsOrigin: boolean;
}

/** Answers the requests of the token endpoints; `undefined` for a path that is none of them. */
export type TokenRoutes = (request: AuthRequest) => Promise<AuthAnswer | undefined>;

const JWKS_MAX_AGE_SECONDS = 300;

export function createTokenRoutes(context: AuthContext): TokenRoutes {
  const routes = routeTable(context);

  return async (request) => {
    const { name, parameter } = splitPath(request.path);
    const route = routes.get(name);
    if (route === undefined) return undefined;
    try {
      const endpoint = endpointOf(route, request.method);
      if (route.needsOrigin) context.cookies?.assertOrigin(request.rawHeaders);
      return await endpoint(context, request, parameter);
    } catch (error) {
      if (error instanceof AuthError)
        return errorAnswer(error.place(route.place, clearedCookies(context, route, error)));
      throw error;
    }
  };
}

/** A grant refused for good takes its cookies along; a store that fails leaves them for the retry. */
function clearedCookies(
  { cookies }: AuthContext,
  { place }: Route,
  { status, code }: AuthError,
): readonly HeaderLine[] {
  const isRefusedToken =
    place === 'grant' && status === 401 && code !== 'invalid_credentials' && code !== 'token_missing';
  return isRefusedToken ? (cookies?.clear ?? []) : [];
}

/** Every endpoint; those that need a hook of the app are there when the hook is. */
function routeTable({ options }: AuthContext): ReadonlyMap<string, Route> {
  const grant = (endpoint: Endpoint): Route => ({
    methods: { POST: endpoint },
    place: 'grant',
    needsOrigin: true,
  });
  const resource = (methods: Route['methods']): Route => ({ methods, place: 'resource', needsOrigin: false });
  return new Map<string, Route>([
    ...(options.login === undefined ? [] : [['/', grant(obtain)] as const]),
    ['/refresh', grant(refresh)],
    ['/logout', grant(logout)],
    ['/blacklist', grant(logout)],
    ['/verify', { ...resource({ POST: verify }), needsOrigin: true }],
    ['/logout-all', resource({ POST: logoutAll })],
    ['/sessions', resource({ GET: listSessions, HEAD: listSessions })],
    ['/sessions/:id', resource({ DELETE: deleteSession })],
    ['/jwks', resource({ GET: jwks, HEAD: jwks })],
    ...(options.authenticateClient === undefined ? [] : clientRoutes(resource)),
  ]);
}

function clientRoutes(resource: (methods: Route['methods']) => Route): [string, Route][] {
  return [
    ['/introspect', resource({ POST: introspect })],
    ['/revoke', resource({ POST: revoke })],
  ];
}

const jwks: Endpoint = async ({ options }) =>
  publicAnswer(toJwks([options.keys, options.refresh.keys]), JWKS_MAX_AGE_SECONDS);

/** A path without its trailing slashes; the one with a parameter by its pattern. */
function splitPath(path: string): { name: string; parameter: string } {
  const name = path.replace(/\/+$/, '') || '/';
  const parameter = /^\/sessions\/([^/]+)$/.exec(name)?.[1];
  return parameter === undefined ? { name, parameter: '' } : { name: '/sessions/:id', parameter };
}

function endpointOf({ methods }: Route, method: string): Endpoint {
  const endpoint = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (endpoint === undefined) throw new MethodNotAllowedError({ allow: Object.keys(methods).join(', ') });
  return endpoint;
}
