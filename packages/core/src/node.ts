/**
 * From Node's requests to core's, and its headers to Node's answers: what the adapters for Express, Koa and Fastify share.
 *
 * @module
 */
import type { AuthRequest, RequestBody } from './http/messages.ts';
import { joinChunks } from './join-chunks.ts';

export { type NodeResponse, setNodeHeaders } from './node-headers.ts';

interface Listen {
  (event: 'data', listener: (chunk: Uint8Array | string) => void): unknown;
  (event: 'end' | 'close', listener: () => void): unknown;
  (event: 'error', listener: (error: Error) => void): unknown;
}

/** The slice of `http.IncomingMessage` (and of its HTTP/2 twin) that is read. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly rawHeaders: readonly string[];
  /** Whether somebody, a body parser most likely, has read from the stream. */
  readonly readableDidRead: boolean;
  /** Whether all of it has been read: a parser that found nothing has done so too. */
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  on: Listen;
  off: Listen;
  resume(): unknown;
}

export interface NodeRequestContext {
  /** The path below the mount point, without query. */
  readonly path: string;
  /** The client's address, as far as the framework trusts it. */
  readonly ip: string | undefined;
  /** What the app's body parser made of the body. */
  readonly parsed: unknown;
}

/** A Node request as core takes it; the body is read only when an endpoint asks for it. */
export function fromNodeRequest(request: NodeRequest, { path, ip, parsed }: NodeRequestContext): AuthRequest {
  const { method = 'GET', rawHeaders } = request;
  return { method, path, rawHeaders, ip, body: bodyOf(request, parsed) };
}

/** A parser that passed the request by may have left `{}` behind; the stream then still holds the body. */
function bodyOf(request: NodeRequest, parsed: unknown): RequestBody {
  return request.readableDidRead || request.readableEnded || hasContent(parsed)
    ? { parsed }
    : { read: (limit) => readStream(request, limit) };
}

function hasContent(parsed: unknown): boolean {
  return typeof parsed === 'object' && parsed !== null
    ? Object.keys(parsed).length > 0
    : parsed !== undefined && parsed !== null;
}

/** Collects the body; past the limit the rest is drained unread, so that the client gets its answer on a connection that lives. */
function readStream(request: NodeRequest, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;

    const settle = (then: () => void): void => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      request.off('error', onError);
      then();
    };
    const onData = (chunk: Uint8Array | string): void => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      size += bytes.byteLength;
      if (size > limit) settle(() => resolve(undefined));
      else chunks.push(bytes);
    };
    const onEnd = (): void => settle(() => resolve(joinChunks(chunks, size)));
    const onClose = (): void => settle(() => reject(new Error('the request was closed before its end')));
    const onError = (error: Error): void => settle(() => reject(error));

    if (request.destroyed) return onClose();
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
    request.on('error', onError);
    request.resume();
  });
}
