import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SwallowingProxy {
  readonly port: number;
  /** Answers that came and were not handed on. */
  swallowed(): number;
  close(): void;
}

/** Hands requests on to a server, waits for its answer, and cuts the connection in its place: the work is done, and nobody hears of it. */
export async function startSwallowingProxy(target: number): Promise<SwallowingProxy> {
  let swallowed = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // 'close' follows
      socket.once('close', () => [client, upstream].forEach((each) => void each.destroy()));
    }
    client.pipe(upstream);
    upstream.once('data', () => {
      swallowed += 1;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallowed: () => swallowed,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
