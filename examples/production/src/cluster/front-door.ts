import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Member } from './member.ts';

/**
 * The listening socket. It belongs to the process that never serves, so that it stays open whatever becomes of the workers: while none can serve,
 * connections wait instead of being refused. (Sockets of `node:cluster` close with the last worker that listens.)
 */
export interface FrontDoor {
  readonly port: number;
  /** Connections that no worker could take yet. */
  waiting(): number;
  /** Hands out what waits; to be called when a worker can serve. */
  admit(): void;
  /** Takes no more connections, and ends those that wait. */
  close(): void;
}

const MOST_WAITING = 1_024;
/** Below nginx's `proxy_read_timeout`: whoever waited longer has gone, and a refresh that is done for nobody makes a thief of its client. */
const LONGEST_WAIT_MS = 8_000;

/**
 * Listens.
 *
 * @param next - the worker that takes the next connection; `undefined` when none can
 * @param longestWaitMs - how long a connection may wait for one
 * @throws what `listen` fails with
 */
export async function openFrontDoor(
  { host, port }: { readonly host: string; readonly port: number },
  next: () => Member | undefined,
  longestWaitMs: number = LONGEST_WAIT_MS,
): Promise<FrontDoor> {
  const queue: Socket[] = [];
  // Nothing is read here: the worker finds every byte.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined); // it is closed then
    place(socket);
  });

  function place(socket: Socket): void {
    if (socket.destroyed) return;
    const member = next();
    if (member !== undefined) member.take(socket, () => place(socket));
    else if (queue.length < MOST_WAITING) wait(socket);
    else socket.destroy();
  }

  /** nginx asks again, where that is safe, when it is told that nobody came. */
  function wait(socket: Socket): void {
    queue.push(socket);
    const late = setTimeout(() => {
      const at = queue.indexOf(socket);
      if (at >= 0) queue.splice(at, 1)[0]?.destroy();
    }, longestWaitMs);
    late.unref();
  }

  server.listen(port, host, MOST_WAITING);
  await once(server, 'listening');
  return Object.freeze({
    port: (server.address() as AddressInfo).port,
    waiting: () => queue.length,
    admit: () => queue.splice(0).forEach(place),
    close() {
      server.close();
      for (const socket of queue.splice(0)) socket.destroy();
    },
  } satisfies FrontDoor);
}
