import type { AuthRequest } from '../http/messages.ts';
import { readStream } from './read-stream.ts';

/** What cannot be taken from a `Request` itself. */
export interface FetchRequestContext {
  /** The path below the mount point, without query. */
  readonly path: string;
  /** The client's address, as far as the app trusts it. */
  readonly ip?: string | undefined;
}

/** A `Request` as core takes it; the body is read only when an endpoint asks for it. */
export function fromFetchRequest(request: Request, { path, ip }: FetchRequestContext): AuthRequest {
  const { method, headers } = request;
  const read = (limit: number): Promise<Uint8Array | undefined> => readStream(request.body, limit);
  return { method, path, rawHeaders: rawHeadersOf(headers), ip, body: { read } };
}

/**
 * `Headers` in the form of Node's raw header lines. `Headers` joins repeated lines by `, `: several credentials are taken apart
 * again, so that two are refused whatever their schemes.
 */
export function rawHeadersOf(headers: Headers): readonly string[] {
  const lines: string[] = [];
  for (const [name, value] of headers) {
    const values = name === 'authorization' ? splitCredentials(value) : [value];
    for (const each of values) lines.push(name, each);
  }
  return lines;
}

/** At every comma but those between the parameters (`name=value`) of one credential, such as Digest has. */
function splitCredentials(value: string): readonly string[] {
  return value.split(/, (?![\w!#$%&'*+.^`|~-]+ *=)/);
}
