import type { Worker } from 'node:cluster';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the two kinds of process say to each other. */
interface Said {
  /** To a worker, with a socket: serve this. */
  readonly connection: string;
  /** To a worker: finish what you have, then end. */
  readonly drain: string;
  /** From a worker: it can serve. */
  readonly ready: string;
}

export const SAID: Said = Object.freeze({
  connection: 'tokenpair:connection',
  drain: 'tokenpair:drain',
  ready: 'tokenpair:ready',
});

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
  /** Hands it a connection; `onLost` is called when it could not be handed over. */
  take(socket: Socket, onLost: () => void): void;
  /** Has it finish what it has, and kills it after so many ms. Resolves when it is gone. */
  drain(ms: number): Promise<Ending>;
}

export function toMember(worker: Worker): Member {
  let readyAt = 0;
  let leaving = false;
  const ready = new Promise<boolean>((resolve) => {
    worker.on('message', (message: unknown) => {
      if (message !== SAID.ready) return;
      readyAt = performance.now();
      resolve(true);
    });
    worker.once('exit', () => resolve(false));
  });
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
      worker.send(SAID.connection, socket, {}, (error) => {
        if (error !== null) onLost();
      });
    },
    async drain(ms) {
      leaving = true;
      if (worker.isConnected()) worker.send(SAID.drain);
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
