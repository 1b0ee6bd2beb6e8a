import { type AdapterOptions, resolveAdapterOptions } from '../config/adapter-options.ts';
import type { AuthAnswer } from '../http/answer.ts';
import { belowPrefix, type RoutesOptions } from '../http/below-prefix.ts';
import type { TokenRoutes } from '../http/serve-routes.ts';
import { fromFetchRequest } from './from-fetch-request.ts';

/** What a server knows of a client beside its `Request`. */
export interface FetchClient {
  /** The client's address, as far as the app trusts it; kept with the session. */
  readonly ip?: string | undefined;
}

/**
 * Answers the token endpoints; `undefined` for a path that is none of them. The body must not have been read. A `Request` has its dot segments resolved
 * (`/./`, `/../`, `/%2e%2e/`) before anybody sees it; servers of Node pass them on, and there they are no endpoint.
 */
export type FetchRoutes = (request: Request, client?: FetchClient) => Promise<Response | undefined>;

/** @throws TypeError for options that are wrong */
export function createFetchRoutes(
  handle: TokenRoutes,
  place: RoutesOptions,
  options: AdapterOptions = {},
): FetchRoutes {
  const below = belowPrefix(place);
  const respond = createRespond(options);
  return async (request, { ip } = {}) => {
    const path = below(new URL(request.url).pathname);
    const answer = path === undefined ? undefined : await handle(fromFetchRequest(request, { path, ip }));
    return answer && respond(answer, request.method);
  };
}

/** Makes what turns an answer into a response, or with `errors: 'forward'` throws the refusal. @throws TypeError for options that are wrong */
export function createRespond(options: AdapterOptions): (answer: AuthAnswer, method: string) => Response {
  const { errors } = resolveAdapterOptions(options);
  return ({ status, headers: lines, body = null, error }, method) => {
    if (errors === 'forward' && error !== undefined) throw error;
    const headers = new Headers();
    for (const [name, value] of lines) headers.append(name, value);
    return new Response(method === 'HEAD' ? null : body, { status, headers });
  };
}
