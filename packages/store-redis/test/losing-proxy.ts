import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy that hands a call on, and cuts the connection when the answer comes. */
export interface LosingProxy {
  readonly port: number;
  /** Of the call that comes next. */
  loseNextAnswer(): void;
  losses(): number;
  close(): void;
}

/** Made for a connection that has been opened before: the answers to what a client asks by itself when it connects are lost on nobody. */
export async function startProxy(target: number): Promise<LosingProxy> {
  const sockets = new Set<Socket>();
  let isArmed = false;
  let losses = 0;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let isLosing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (isArmed) {
        isArmed = false;
        isLosing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!isLosing) return void client.write(chunk);
      losses += 1;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => {
      isArmed = true;
    },
    losses: () => losses,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
