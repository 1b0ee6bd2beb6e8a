import { AuthError, type ErrorPlace } from '../errors/auth-error.ts';
import { MethodNotAllowedError } from '../errors/errors.ts';
import type { Translator } from '../errors/translation.ts';
import { type AuthAnswer, errorAnswer } from './answer.ts';
import { headerValue } from './headers.ts';
import type { AuthRequest, HeaderLine } from './messages.ts';

/**
 * From a request to a good answer; what it refuses it throws. `parameter` is the last segment of a path such as `/sessions/:id`, empty
 * elsewhere.
 */
export type Handler = (request: AuthRequest, parameter: string) => Promise<AuthAnswer>;

/** One path below the mount point. */
export interface Route {
  readonly methods: Readonly<Record<string, Handler>>;
  readonly place: ErrorPlace;
  /** Looked at before the handler; throws what it refuses. */
  readonly admit?: ((request: AuthRequest) => void) | undefined;
  /** An error as it is said here. @default as it is */
  readonly toError?: ((error: AuthError) => AuthError) | undefined;
  /** What else the answer of an error carries. */
  readonly onError?: ((error: AuthError) => readonly HeaderLine[]) | undefined;
}

/** Answers the requests of some paths; `undefined` for a path that is none of them. */
export type TokenRoutes = (request: AuthRequest) => Promise<AuthAnswer | undefined>;

/** One slash at the end makes no difference; a path `/name/:id` takes its last segment as parameter, as it came. */
export function serveRoutes(routes: ReadonlyMap<string, Route>, translate?: Translator): TokenRoutes {
  const answer = (route: Route, request: AuthRequest, parameter: string): Promise<AuthAnswer> =>
    answerBy(route, { request, parameter, translate });
  return async (request) => {
    const given = request.path || '/';
    const path = withoutTrailingSlash(given);
    if (path.endsWith('/') && path !== given) return undefined;
    const exact = routes.get(path);
    if (exact !== undefined) return answer(exact, request, '');
    const slash = path.lastIndexOf('/');
    const pattern = routes.get(`${path.slice(0, slash)}/:id`);
    return pattern === undefined ? undefined : answer(pattern, request, path.slice(slash + 1));
  };
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

interface Asked {
  readonly request: AuthRequest;
  readonly parameter: string;
  readonly translate: Translator | undefined;
}

async function answerBy(route: Route, { request, parameter, translate }: Asked): Promise<AuthAnswer> {
  try {
    const handler = handlerOf(route, request.method);
    route.admit?.(request);
    return await handler(request, parameter);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const told = route.toError?.(error) ?? error;
    const translation = translate?.(headerValue(request.rawHeaders, 'accept-language'));
    return errorAnswer(told.place(route.place, route.onError?.(error)).translate(translation));
  }
}

function handlerOf({ methods }: Route, method: string): Handler {
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) throw new MethodNotAllowedError({ allow: Object.keys(methods).join(', ') });
  return handler;
}
