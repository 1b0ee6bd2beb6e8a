// A process of the linearizability campaign: opens the store by itself and carries out one batch after the other.
import process from 'node:process';
import { seeded } from '../../packages/core/test/support/random.ts';
import { openHistoryLog } from './history-log.ts';
import { openStore } from './open-store.ts';
import { withRacyAdvance } from './sabotage.ts';
import { runClient } from './session-client.ts';

/** What the process is told on its command line. */
export interface ClientTask {
  readonly url: string;
  readonly client: string;
  readonly file: string;
  readonly seed: number;
  readonly sabotage: boolean;
  readonly resends: boolean;
}

/** What it is told when its turn comes; it answers with the same number. */
export interface Batch {
  readonly batch: number;
  readonly sessions: readonly number[];
  readonly operations: number;
}

const task = JSON.parse(process.argv[2] ?? '') as ClientTask;
const { store } = await openStore(task.url, { resends: task.resends });
const log = openHistoryLog(task.file);
const random = seeded(task.seed);

process.on('message', ({ batch, sessions, operations }: Batch) => {
  const plan = { client: `${task.client}.${batch}`, sessions, operations, random };
  void runClient(task.sabotage ? withRacyAdvance(store) : store, plan, log).then(() => process.send?.(batch));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
