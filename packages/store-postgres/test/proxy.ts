import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to the server that can be cut. */
export interface Proxy {
  readonly port: number;
  /** Ends what is open and refuses what comes, until `restore`. */
  cut(): void;
  /** Leaves what is open, and carries nothing more on it: a peer that has vanished. New connections are served. */
  freeze(): void;
  restore(): void;
  /** Ends what is open; what comes goes to another port. */
  turnTo(port: number): void;
}

/** Carries connections to a port of 127.0.0.1 until the test ends. */
export async function proxyTo(port: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let isCut = false;
  let target = port;
  const proxy = createServer((near) => {
    const far = createConnection(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('data', (data) => other.write(data));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    if (isCut) near.destroy();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const end = (): void => {
    for (const socket of open) socket.destroy();
  };
  onTestFinished(() => {
    end();
    proxy.close();
  });
  return {
    port: (proxy.address() as AddressInfo).port,
    cut() {
      isCut = true;
      end();
    },
    freeze() {
      for (const socket of open) socket.removeAllListeners('data').pause();
    },
    restore() {
      isCut = false;
    },
    turnTo(other) {
      target = other;
      end();
    },
  };
}
