import type { Context } from 'hono';

/** What `@hono/node-server` hands to an app of a request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: unknown } };
  readonly server?: NodeBindings;
}

/** The address at the other end of the connection on Node, where its `getConnInfo` finds it; `undefined` elsewhere. */
export function peerAddress(c: Context): string | undefined {
  const env: NodeBindings | undefined = c.env;
  const address = (env?.server ?? env)?.incoming?.socket?.remoteAddress;
  return typeof address === 'string' ? address : undefined;
}
