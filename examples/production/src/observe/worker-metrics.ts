import type { Auth } from '@tokenpair/core';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observe } from '../worker/app.ts';

export interface WorkerMetrics {
  readonly observe: Observe;
  /** Counts a request that was refused because too many were in progress: of all, or of those that hash passwords. */
  refused(bound: 'all' | 'logins'): void;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What a worker counts; the primary asks for it over the channel between them. No label holds anything that a client sent. */
export function createWorkerMetrics(auth: Auth, inProgress: () => number): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  AggregatorRegistry.setRegistries(registers);
  new AggregatorRegistry(); // answers the primary
  collectDefaultMetrics({ register: registry });

  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const refused = new Counter({
    name: 'http_requests_refused_total',
    help: 'Requests answered 503 because too many were in progress.',
    labelNames: ['bound'],
    registers,
  });
  for (const bound of ['all', 'logins']) refused.inc({ bound }, 0); // there from the start, for who asks how much it rises
  new Gauge({
    name: 'http_requests_in_progress',
    help: 'Requests in progress.',
    registers,
    collect() {
      this.set(inProgress());
    },
  });
  const events = new Counter({
    name: 'tokenpair_events_total',
    help: 'What happened to tokens and sessions, by the name of the event.',
    labelNames: ['event'],
    registers,
  });
  auth.events.on('*', ({ name }) => events.inc({ event: name }));

  return Object.freeze({
    observe: ({ method, route, seconds, status }) =>
      duration.observe({ method, route, status: String(status) }, seconds),
    refused: (bound) => refused.inc({ bound }),
  } satisfies WorkerMetrics);
}
