import {
  type Attributes,
  context,
  type Histogram,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { TokenStore } from '@tokenpair/core/store';
import { errorType } from './error-type.ts';
import { meterOf, type Providers, tracerOf } from './providers.ts';

/** In seconds; those of the conventions for calls of a database. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

interface Instruments {
  readonly duration: Histogram;
  readonly tracer: Tracer;
}

/**
 * Wraps a store so that each call of its eight methods is measured: histogram `tokenpair.store.operation.duration` in seconds, and a span
 * `tokenpair.store.<method>` around it, in which the driver's own spans lie. The store answers as before; what it can do, its feed and its `check` stay
 * as they are. Members beyond the port are not carried over.
 *
 * A call that rejects has `error.type`: the error's code or name. A login refused for the limit of sessions is an answer and no failure. A call
 * that never settles is not measured; core gives it up, and counts it as a failure of the backend.
 *
 * @example
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { observedStore } from '@tokenpair/otel';
 *
 * const store = observedStore(memoryStore());
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/database/database-metrics/ | Semantic conventions, database metrics}
 */
export function observedStore(store: TokenStore, providers: Providers = {}): TokenStore {
  const { name, durable, capabilities } = store;
  const instruments: Instruments = {
    tracer: tracerOf(providers),
    duration: meterOf(providers).createHistogram('tokenpair.store.operation.duration', {
      unit: 's',
      description: 'Duration of calls of the store.',
      advice: { explicitBucketBoundaries: BUCKETS },
    }),
  };
  const observe = <T>(operation: string, call: () => Promise<T>): Promise<T> =>
    measure(instruments, { 'tokenpair.store.name': name, 'tokenpair.store.operation': operation }, call);
  return {
    name,
    durable,
    ...(capabilities && { capabilities }),
    create: (session, rule) => observe('create', () => store.create(session, rule)),
    find: (ref, now) => observe('find', () => store.find(ref, now)),
    advance: (ref, from, next) => observe('advance', () => store.advance(ref, from, next)),
    revoke: (target, mark) => observe('revoke', () => store.revoke(target, mark)),
    blacklist: (token, now) => observe('blacklist', () => store.blacklist(token, now)),
    isLive: (ids, now) => observe('isLive', () => store.isLive(ids, now)),
    list: (subject, now) => observe('list', () => store.list(subject, now)),
    prune: (now, limit) => observe('prune', () => store.prune(now, limit)),
    ...(store.watch && { watch: store.watch.bind(store) }),
    ...(store.check && { check: store.check.bind(store) }),
  };
}

async function measure<T>(
  { tracer, duration }: Instruments,
  attributes: Attributes,
  call: () => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(`tokenpair.store.${attributes['tokenpair.store.operation']}`, { attributes });
  const inside = trace.setSpan(context.active(), span);
  const startedAt = performance.now();
  let failure: Attributes = {};
  try {
    return await context.with(inside, call);
  } catch (error) {
    failure = failureOf(error);
    markFailed(span, failure);
    throw error;
  } finally {
    duration.record((performance.now() - startedAt) / 1_000, { ...attributes, ...failure }, inside);
    span.end();
  }
}

/** By its code, as core knows it: the store may have been built with another copy of the class. */
function failureOf(error: unknown): Attributes {
  const type = errorType(error);
  return type === 'session_limit' ? {} : { 'error.type': type };
}

function markFailed(span: Span, failure: Attributes): void {
  if (failure['error.type'] === undefined) return;
  span.setAttributes(failure);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
