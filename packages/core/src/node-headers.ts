import { mergeVary } from './http/merge-vary.ts';
import type { HeaderLine } from './http/messages.ts';

/** The slice of `http.ServerResponse` (and of its HTTP/2 twin) that is written to. */
export interface NodeResponse {
  readonly headersSent: boolean;
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
}

/** Sets headers of an answer: `set-cookie` beside those there are, `vary` merged with it. Nothing once they are sent. */
export function setNodeHeaders(response: NodeResponse, headers: readonly HeaderLine[]): void {
  if (response.headersSent) return;
  for (const [name, value] of headers) {
    if (name === 'set-cookie') response.appendHeader(name, value);
    else response.setHeader(name, name === 'vary' ? varyOf(response, value) : value);
  }
}

function varyOf(response: NodeResponse, more: string): string {
  const current = response.getHeader('vary');
  return mergeVary(typeof current === 'number' ? undefined : current, more);
}
