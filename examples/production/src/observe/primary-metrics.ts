import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';

/** What the primary knows: how many workers serve, how many connections wait. */
interface Numbers {
  readonly serving: () => number;
  readonly waiting: () => number;
}

export interface PrimaryMetrics {
  crashed(): void;
  clockJumped(): void;
  /** Those of all workers, added up, and the primary's own; Prometheus' text. Rejects when a worker does not answer. */
  text(): Promise<string>;
}

export function createPrimaryMetrics({ serving, waiting }: Numbers): PrimaryMetrics {
  const registry = new Registry();
  const registers = [registry];
  const workers = new AggregatorRegistry();
  const crashes = new Counter({
    name: 'tokenpair_worker_crashes_total',
    help: 'Workers that ended without being told to.',
    registers,
  });
  const jumps = new Counter({
    name: 'tokenpair_clock_jumps_total',
    help: 'Times that the wall clock moved against the monotonic one.',
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('tokenpair_workers_serving', 'Workers that take connections.', serving);
  gauge('tokenpair_connections_waiting', 'Connections that no worker could take yet.', waiting);

  return Object.freeze({
    crashed: () => crashes.inc(),
    clockJumped: () => jumps.inc(),
    async text() {
      // A worker that is dying or starting does not answer, and then these have to come through all the more.
      const theirs = await workers.clusterMetrics().catch(() => '');
      return `${theirs}\n${await registry.metrics()}`;
    },
  } satisfies PrimaryMetrics);
}
