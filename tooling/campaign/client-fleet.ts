/**
 * The clients of the linearizability campaign: processes, each with a connection of its own, that may be stopped and killed; or for a store
 * that lives in one process, tasks in this one.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TokenStore } from '@tokenpair/core/store';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { Batch, ClientTask } from './client-process.ts';
import { openHistoryLog } from './history-log.ts';
import { withLatency, withRacyAdvance } from './sabotage.ts';
import { runClient } from './session-client.ts';

export interface Fleet {
  /** Gives every client its part of a batch and waits for all of them. */
  run(batch: Batch): Promise<void>;
  /** The files with their histories. */
  files(): readonly string[];
  readonly counts: { readonly kills: number; readonly stops: number };
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly clients: number;
  readonly seed: number;
  readonly folder: string;
  readonly sabotage: boolean;
  /** Of the clients of Redis. */
  readonly resends: boolean;
}

const PROGRAM = fileURLToPath(new URL('client-process.ts', import.meta.url));
const NO_COUNTS = { kills: 0, stops: 0 };

/** Clients in this process, on one store. */
export function startTasks(store: TokenStore, { clients, seed, folder, sabotage }: FleetOptions): Fleet {
  const members = Array.from({ length: clients }, (_, n) => {
    const random = seeded(seed + n);
    const file = join(folder, `client-${n}`);
    return { client: `c${n}`, random, file, log: openHistoryLog(file) };
  });
  const open = sabotage ? withRacyAdvance(store) : store;
  return {
    counts: NO_COUNTS,
    files: () => members.map(({ file }) => file),
    async run({ batch, sessions, operations }) {
      const runs = members.map(({ client, random, log }) =>
        runClient(
          withLatency(open, random),
          { client: `${client}.${batch}`, sessions, operations, random },
          log,
        ),
      );
      await Promise.all(runs);
    },
    async close() {
      for (const { log } of members) log.close();
    },
  };
}

interface Member {
  readonly child: ChildProcess;
  readonly file: string;
}

/**
 * Clients in processes. With `disturb`, one of them is stopped for a while or killed at seeded moments; a killed one is replaced and leaves its
 * part of the batch unfinished.
 */
export async function startProcesses(
  urls: readonly string[],
  { clients, seed, folder, sabotage, resends }: FleetOptions,
  disturb: boolean,
): Promise<Fleet> {
  const random = seeded(seed);
  const counts = { kills: 0, stops: 0 };
  const files: string[] = [];
  const members = await Promise.all(Array.from({ length: clients }, (_, n) => start(n)));

  async function start(n: number): Promise<Member> {
    const client = `c${n}-${files.length}`;
    const file = join(folder, client);
    files.push(file);
    openHistoryLog(file).close();
    const task: ClientTask = {
      url: urls[n] ?? '',
      client,
      file,
      seed: seed + files.length,
      sabotage,
      resends,
    };
    const child = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    if ((await nextOf(child)) !== 'ready')
      throw new Error('a process of the campaign ended before it was ready; what it wrote stands above');
    return { child, file };
  }

  async function runOn(n: number, batch: Batch): Promise<void> {
    // One may have been killed after it had answered.
    if ((members[n] as Member).child.connected === false) members[n] = await start(n);
    const { child } = members[n] as Member;
    const outcome = nextOf(child);
    child.send(batch, ignoreLoss);
    if ((await outcome) !== batch.batch) members[n] = await start(n);
  }

  async function disturbOne(): Promise<void> {
    const { child } = members[Math.floor(random() * members.length)] as Member;
    if (random() < 0.3) {
      counts.kills += 1;
      child.kill('SIGKILL');
      return;
    }
    counts.stops += 1;
    child.kill('SIGSTOP');
    await sleep(random() * 400);
    child.kill('SIGCONT');
  }

  return {
    counts,
    files: () => files,
    async run(batch) {
      const running = Promise.all(members.map((_, n) => runOn(n, batch)));
      if (disturb && random() < 0.4) {
        await Promise.race([running, sleep(random() * 200)]);
        await disturbOne();
      }
      await running;
    },
    async close() {
      // One that was killed at the last moment is gone already.
      const running = members.map(({ child }) => child).filter(({ connected }) => connected);
      const ends = running.map((child) => once(child, 'exit'));
      for (const child of running) child.disconnect();
      await Promise.all(ends);
    },
  };
}

/** A process killed at this very moment shows in what it does not answer. */
function ignoreLoss(): void {}

/** What a process says next; its exit says nothing. */
async function nextOf(child: ChildProcess): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => [undefined]),
    ]);
    return message;
  } finally {
    settled.abort();
  }
}
