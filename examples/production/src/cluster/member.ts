import type { Worker } from 'node:cluster';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the two kinds of process say to each other. */
interface Said {
  /** To a worker, with a socket and a number: serve this. */
  readonly connection: string;
  /** From a worker, with that number: it has it. */
  readonly taken: string;
  /** To a worker: finish what you have, then end. */
  readonly drain: string;
  /** From a worker: it can serve. */
  readonly ready: string;
}

export const SAID: Said = Object.freeze({
  connection: 'tokenpair:connection',
  taken: 'tokenpair:taken',
  drain: 'tokenpair:drain',
  ready: 'tokenpair:ready',
});

/** A message of ours. */
export interface Message {
  readonly type: string;
  readonly number?: number;
}

/** How a worker ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** ms for which it could serve; 0 when it never could. */
  readonly servedMs: number;
  /** Whether it was told to. */
  readonly asked: boolean;
}

/** One worker as the supervisor sees it. */
export interface Member {
  readonly pid: number;
  /** Whether it takes connections. */
  isServing(): boolean;
  /** True once it can serve; false when it ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<Ending>;
  /** Hands it a connection. `onLost` is called when it died before it had it. */
  take(socket: Socket, onLost: () => void): void;
  /** Ends it at once. */
  kill(): void;
  /** Has it finish what it has, and kills it after so many ms. Resolves when it is gone. */
  drain(ms: number): Promise<Ending>;
}

/** How long to wait for the last words of a worker that has ended. */
const LOOK_MS = 5;
const MOST_LOOKS = 100;

export function toMember(worker: Worker): Member {
  let readyAt = 0;
  let leaving = false;
  let handedOver = 0;
  /** Sockets stay open here until the worker says that it has them; Node itself forgets those that were on their way to one that died. */
  const underWay = new Map<number, { readonly socket: Socket; readonly onLost: () => void }>();

  const ready = new Promise<boolean>((resolve) => {
    worker.on('message', ({ number = 0, type }: Message) => {
      if (type === SAID.ready) {
        readyAt = performance.now();
        resolve(true);
      }
      if (type === SAID.taken) {
        underWay.get(number)?.socket.destroy(); // our end of it; the worker has its own
        underWay.delete(number);
      }
    });
    worker.once('exit', () => resolve(false));
  });
  worker.once('exit', () => void giveBack());

  async function giveBack(): Promise<void> {
    // What it said last is read by then: nobody has read from the sockets that it did not have.
    for (let looks = 0; worker.isConnected() && looks < MOST_LOOKS; looks += 1) await sleep(LOOK_MS);
    for (const { onLost, socket } of underWay.values()) {
      if (worker.isConnected()) socket.destroy();
      else onLost();
    }
    underWay.clear();
  }

  const ended = new Promise<Ending>((resolve) => {
    worker.once('exit', (code, signal) => {
      const servedMs = readyAt === 0 ? 0 : performance.now() - readyAt;
      resolve({ code, signal, servedMs, asked: leaving });
    });
  });
  worker.on('error', () => undefined); // of a message that came too late: `exit` says what happened

  return Object.freeze({
    pid: worker.process.pid ?? 0,
    isServing: () => readyAt > 0 && !leaving && worker.isConnected(),
    ready,
    ended,
    take(socket, onLost) {
      handedOver += 1;
      underWay.set(handedOver, { socket, onLost });
      const message: Message = { type: SAID.connection, number: handedOver };
      worker.send(message, socket, { keepOpen: true }, () => undefined); // when it fails `exit` follows
    },
    kill: () => void worker.process.kill('SIGKILL'),
    async drain(ms) {
      leaving = true;
      if (worker.isConnected()) worker.send({ type: SAID.drain } satisfies Message);
      const deadline = new AbortController();
      const late = sleep(ms, undefined, { signal: deadline.signal }).then(
        () => void worker.process.kill('SIGKILL'),
        () => undefined,
      );
      const ending = await ended;
      deadline.abort();
      await late;
      return ending;
    },
  } satisfies Member);
}
