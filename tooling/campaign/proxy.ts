/**
 * A TCP proxy that makes trouble: it delays, stalls and cuts connections by a seeded plan, holds everything back on demand, and can be
 * pointed at another server.
 *
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a piece of data on its way, each with its probability. */
export interface ProxyFaults {
  readonly delay?: { readonly chance: number; readonly upToMs: number };
  readonly stall?: { readonly chance: number; readonly upToMs: number };
  /** The connection ends instead of handing the piece on: a request that never arrived, or an answer that was lost. */
  readonly cut?: { readonly chance: number };
}

export interface ProxyOptions {
  readonly targetPort: number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly faults?: ProxyFaults;
}

/** What is kept back until {@link FaultyProxy.release}: everything, or only what the server says. */
export type Hold = 'everything' | 'answers';

export interface FaultyProxy {
  readonly port: number;
  /** How often each thing was done. */
  readonly counts: { connections: number; delays: number; stalls: number; cuts: number };
  setFaults(faults: ProxyFaults): void;
  /** New connections go to this port of 127.0.0.1; the open ones are cut. */
  pointAt(port: number): void;
  hold(what: Hold): void;
  release(): void;
  cutAll(): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startProxy(options: ProxyOptions): Promise<FaultyProxy> {
  const { random = () => 1 } = options;
  let { targetPort, faults = {} } = options;
  let held:
    | { readonly what: Hold; readonly released: Promise<void>; readonly release: () => void }
    | undefined;
  const counts = { connections: 0, delays: 0, stalls: 0, cuts: 0 };
  const sockets = new Set<Socket>();

  const happens = (fault: { readonly chance: number } | undefined): boolean =>
    fault !== undefined && random() < fault.chance;

  /** False when the connection is to be cut instead. */
  async function passage(direction: 'requests' | 'answers'): Promise<boolean> {
    if (held !== undefined && (held.what === 'everything' || direction === 'answers')) await held.released;
    if (happens(faults.cut)) {
      counts.cuts += 1;
      return false;
    }
    for (const name of ['delay', 'stall'] as const) {
      const fault = faults[name];
      if (fault === undefined || !happens(fault)) continue;
      counts[`${name}s`] += 1;
      await sleep(random() * fault.upToMs);
    }
    return true;
  }

  /** In order: a piece waits for those before it. */
  function pipe(from: Socket, to: Socket, direction: 'requests' | 'answers', cut: () => void): void {
    let last = Promise.resolve();
    from.on('data', (data) => {
      from.pause();
      last = last.then(async () => {
        if (!(await passage(direction))) return cut();
        if (!to.destroyed && !to.write(data)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        from.resume();
      });
      last.catch(cut);
    });
    from.on('end', () => void last.then(() => to.end(), cut));
  }

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = createConnection({
      port: targetPort,
      host: '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
    });
    counts.connections += 1;
    // Not resetAndDestroy: in Node 24 it can leave a handle behind that keeps the process from ending.
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        if (socket.errored !== null) cut();
      });
    }
    pipe(client, upstream, 'requests', cut);
    pipe(upstream, client, 'answers', cut);
  });

  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    counts,
    setFaults(next) {
      faults = next;
    },
    pointAt(port) {
      targetPort = port;
      cutAll();
    },
    hold(what) {
      held?.release();
      held = { what, ...releasable() };
    },
    release() {
      held?.release();
      held = undefined;
    },
    cutAll,
    async close() {
      cutAll(); // first, so that what is held goes nowhere
      held?.release();
      server.close();
      await once(server, 'close');
    },
  };
}

function releasable(): { released: Promise<void>; release: () => void } {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { released, release };
}
