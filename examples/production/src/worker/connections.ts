import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A worker's side of its connections. */
export interface Connections {
  take(socket: Socket): void;
  /**
   * Resolves when there are none left. Each ends with its next answer, which says `Connection: close`. One on which nothing comes the proxy closes
   * before it is closed from here: else a request could be on its way.
   */
  finish(): Promise<void>;
}

/** Longer than a proxy keeps a connection without a request, so that it is the one to close it. */
const KEEP_ALIVE_MS = 75_000;
/** Longer than `keepalive_timeout` of nginx's upstream; for whoever else is connected. */
const QUIET_MS = 5_000;

export function createConnections(listener: RequestListener): Connections {
  /** Each with the answer that it waits for. */
  const open = new Map<Socket, ServerResponse | undefined>();
  let finished: (() => void) | undefined;

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const { socket } = request;
    open.set(socket, response);
    response.once('close', () => {
      if (open.get(socket) === response) open.set(socket, undefined);
    });
    if (finished !== undefined) endAfter(response);
    listener(request, response);
  });

  function leave(socket: Socket): void {
    open.delete(socket);
    if (open.size === 0) finished?.();
  }

  function closeQuiet(): void {
    for (const [socket, response] of open) if (response === undefined) socket.destroy();
  }

  return Object.freeze({
    take(socket) {
      open.set(socket, undefined);
      socket.once('close', () => leave(socket));
      server.emit('connection', socket);
      socket.resume();
    },
    finish: () =>
      new Promise((resolve) => {
        finished = resolve;
        for (const response of open.values()) endAfter(response);
        if (open.size === 0) resolve();
        else setTimeout(closeQuiet, QUIET_MS).unref();
      }),
  } satisfies Connections);
}

function endAfter(response: ServerResponse | undefined): void {
  if (response?.headersSent === false) response.setHeader('connection', 'close');
}
