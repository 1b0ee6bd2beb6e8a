import { GUARDED_HEADERS } from '../guard/guard.ts';
import { mergeVary } from './merge-vary.ts';

/** A response with the headers of a guarded answer; one whose headers cannot be changed, as `fetch()` gives it, is copied. */
export function guardedResponse(response: Response): Response {
  try {
    setGuardedHeaders(response.headers);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    setGuardedHeaders(copy.headers);
    return copy;
  }
}

/** The handler has run, so what it says of caches stays. */
function setGuardedHeaders(headers: Headers): void {
  for (const [name, value] of GUARDED_HEADERS) {
    if (name === 'vary') headers.set(name, mergeVary(headers.get(name), value));
    else if (!headers.has(name)) headers.set(name, value);
  }
}
