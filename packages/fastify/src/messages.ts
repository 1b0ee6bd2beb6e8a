import { type AuthResponse, type HeaderLine, mergeVary } from '@tokenpair/core';

/** The slice of Fastify's request that a guard looks at. */
export interface FastifyAuthRequest {
  readonly method: string;
  readonly raw: { readonly rawHeaders: readonly string[]; readonly url?: string | undefined };
}

/** The slice of Fastify's reply that is used. */
export interface FastifyAuthReply {
  code(status: number): unknown;
  getHeader(name: string): number | string | readonly string[] | undefined;
  header(name: string, value: string): unknown;
  send(body?: unknown): unknown;
}

/** A hook that any route takes, whatever its schema, type provider and server; in the form with a callback, so that it may go on at once. */
export type FastifyGuard = (
  request: FastifyAuthRequest,
  reply: FastifyAuthReply,
  done: (error?: Error) => void,
) => void;

export function writeAnswer({ status, headers, body }: AuthResponse, reply: FastifyAuthReply): void {
  reply.code(status);
  setHeaders(reply, headers);
  reply.send(body);
}

/** Fastify itself appends a second `set-cookie`. */
export function setHeaders(reply: FastifyAuthReply, headers: readonly HeaderLine[]): void {
  for (const [name, value] of headers) reply.header(name, name === 'vary' ? varyOf(reply, value) : value);
}

function varyOf(reply: FastifyAuthReply, more: string): string {
  const current = reply.getHeader('vary');
  return mergeVary(typeof current === 'number' ? undefined : current, more);
}
