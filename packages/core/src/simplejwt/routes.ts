import { jsonAnswer } from '../http/answer.ts';
import { clientOf } from '../http/client-of.ts';
import { toPairBody } from '../http/pair-body.ts';
import { readFields, requireText } from '../http/read-fields.ts';
import { type Handler, type Route, serveRoutes, type TokenRoutes } from '../http/serve-routes.ts';
import type { SimpleJwtContext } from './context.ts';
import { assertAcceptable, logIn, readLogout, refresh, revokeTokens } from './grants.ts';

/** The endpoints; the login is there when its hook is, the logout when a store is, the refresh where there is a key that signs. */
export function createRoutes(context: SimpleJwtContext): TokenRoutes {
  const routes = new Map<string, Route>([['/verify', post('resource', takeAny(context))]]);
  if (context.options.keys.issues) routes.set('/refresh', post('grant', takeRefresh(context)));
  if (context.options.login !== undefined) routes.set('/', post('grant', takeCredentials(context)));
  if (context.store !== undefined) {
    const logout = post('grant', takeLogout(context));
    routes.set('/logout', logout).set('/blacklist', logout);
  }
  return serveRoutes(routes, context.options.translate);
}

function post(place: Route['place'], handler: Handler): Route {
  return { methods: { POST: handler }, place };
}

function takeCredentials(context: SimpleJwtContext): Handler {
  return async (request) => {
    const credentials = requireText(await readFields(request), context.options.loginFields);
    return jsonAnswer(toPairBody(await logIn(context, credentials, clientOf(request))));
  };
}

function takeRefresh(context: SimpleJwtContext): Handler {
  return async (request) => {
    const { refresh: token } = requireText(await readFields(request), ['refresh']);
    return jsonAnswer(toPairBody(await refresh(context, token)));
  };
}

function takeAny(context: SimpleJwtContext): Handler {
  return async (request) => {
    const { token } = requireText(await readFields(request), ['token']);
    await assertAcceptable(context, token);
    return jsonAnswer({});
  };
}

/** Idempotent. `access` may come along: without a session nothing else ends the access token. */
function takeLogout(context: SimpleJwtContext): Handler {
  return async (request) => {
    const fields = await readFields(request);
    const names = Object.hasOwn(fields, 'access') ? (['refresh', 'access'] as const) : (['refresh'] as const);
    const given: { readonly refresh: string; readonly access?: string } = requireText(fields, names);
    await revokeTokens(context, await readLogout(context, given));
    return jsonAnswer({});
  };
}
