import type { AuthAnswer, TokenRoutes } from '@tokenpair/core';
import { fromNodeRequest, type NodeRequest } from '@tokenpair/core/node';
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import { pathAsItCame } from './path-as-it-came.ts';
import { describeEndpoint, ENDPOINT_PATHS, HIDDEN } from './schemas.ts';

/** Sends an answer, or throws its error to the app. */
export type Respond = (answer: AuthAnswer, reply: FastifyReply) => void;

/** What Fastify says of a body before any parser has seen it. */
const BODY_ERRORS: ReadonlySet<string> = new Set([
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
]);

/**
 * The token endpoints as a plugin with a scope of its own: one route for each path that the auth answers, so that every other path stays the
 * app's. The schemas document; core reads and judges the body.
 */
export function tokenRoutes(handle: TokenRoutes, respond: Respond): FastifyPluginAsync {
  async function serve(
    { mount, route }: { readonly mount: string; readonly route: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { ip, raw, body: stream } = request;
    const path = pathAsItCame(mount, route, raw.url ?? '');
    if (path === undefined) {
      reply.callNotFound();
      return reply;
    }
    const context = { path, ip, parsed: undefined };
    // A hook of the app may have put its own stream in the place of the request.
    const { body } = fromNodeRequest((stream ?? raw) as NodeRequest, context);
    const answer = await handle({ ...fromNodeRequest(raw, context), body });
    if (answer === undefined) reply.callNotFound();
    else respond(answer, reply);
    return reply;
  }

  return async (app) => {
    leaveBodiesUnread(app);
    for (const path of ENDPOINT_PATHS) {
      const methods = await methodsAt(handle, path);
      if (methods.length === 0) continue;
      const place = { mount: app.prefix, route: path };
      const route = {
        url: path,
        exposeHeadRoute: false,
        handler: (request: FastifyRequest, reply: FastifyReply) => serve(place, request, reply),
        errorHandler: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
          if (!BODY_ERRORS.has(error.code)) throw error;
          return serve(place, request, reply);
        },
      };
      const others = app.supportedMethods.filter((method) => !methods.includes(method));
      for (const method of methods)
        app.route({ ...route, method, schema: await describeEndpoint(handle, method, path) });
      app.route({ ...route, method: others, schema: HIDDEN });
      for (const url of otherUrls(app, path))
        app.route({ ...route, url, method: app.supportedMethods, schema: HIDDEN });
    }
  };
}

/** What else leads to a path: a slash at its end, and for an id any text, since Fastify answers one that is long to it by itself. */
function otherUrls(app: FastifyInstance, path: string): readonly string[] {
  if (path.endsWith('/:id')) return [path.replace(':id', '*')];
  return path === '/' || ignoresTrailingSlash(app) ? [] : [`${path}/`];
}

function ignoresTrailingSlash({ initialConfig }: FastifyInstance): boolean {
  const { ignoreTrailingSlash = false, routerOptions } = initialConfig;
  return routerOptions?.ignoreTrailingSlash ?? ignoreTrailingSlash;
}

function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

/** The methods that an auth takes at a path: it refuses any other with their names before it looks at anything else. */
async function methodsAt(handle: TokenRoutes, path: string): Promise<readonly string[]> {
  const answer = await handle({ method: 'NONE', path, rawHeaders: [], body: { parsed: undefined } });
  const allow = answer?.headers.find(([name]) => name === 'allow')?.[1];
  return allow?.split(', ') ?? [];
}
