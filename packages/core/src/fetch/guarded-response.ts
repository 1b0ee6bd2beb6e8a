import { mergeVary } from '../http/merge-vary.ts';
import type { HeaderLine } from '../http/messages.ts';

/** A response with the headers of a guarded answer; one whose headers cannot be changed, as `fetch()` gives it, is copied. */
export function guardedResponse(response: Response, guarded: readonly HeaderLine[]): Response {
  try {
    setGuardedHeaders(response.headers, guarded);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    setGuardedHeaders(copy.headers, guarded);
    return copy;
  }
}

/** The handler has run, so what it says of caches stays. */
function setGuardedHeaders(headers: Headers, guarded: readonly HeaderLine[]): void {
  for (const [name, value] of guarded) {
    if (name === 'vary') headers.set(name, mergeVary(headers.get(name), value));
    else if (!headers.has(name)) headers.set(name, value);
  }
}
