import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const LONGEST_MS = 10_000;
const LOOK_MS = 50;
/** How long a connection without a request may still bring one that is on its way. */
const QUIET_MS = 500;

/**
 * Makes a server able to finish: it then takes no new connection, requests under way get their answers, and connections
 * without one are closed. What is still open after 10 s is cut. Call it before the server listens.
 */
export function drainable(server: Server): () => Promise<void> {
  const requests = countRequests(server);

  function closeQuiet(): void {
    for (const [socket, count] of requests) if (count === 0) socket.destroy();
  }

  return () =>
    new Promise((resolve) => {
      const started = performance.now();
      const deadline = setTimeout(() => server.closeAllConnections(), LONGEST_MS);
      const look = setInterval(() => {
        server.closeIdleConnections();
        // It passes by a connection on which no request has come yet.
        if (performance.now() - started > QUIET_MS) closeQuiet();
      }, LOOK_MS);
      server.close(() => {
        clearTimeout(deadline);
        clearInterval(look);
        resolve();
      });
    });
}

/** The open connections, each with how many requests are under way on it. */
function countRequests(server: Server): ReadonlyMap<Socket, number> {
  const requests = new Map<Socket, number>();
  const add = (socket: Socket, count: number): void => {
    const before = requests.get(socket);
    if (before !== undefined) requests.set(socket, before + count);
  };
  server.on('connection', (socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    add(socket, 1);
    response.once('close', () => add(socket, -1));
  });
  return requests;
}
