import { context, type Meter, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { AuthEvent, AuthEventSource } from '@tokenpair/core';
import { watchFeed } from './feed-state.ts';
import { meterOf, type Providers, tracerOf } from './providers.ts';
import { COUNTERS, type CounterName, type Reading, toReading } from './readings.ts';

/** What is observed of an auth, or of a `createSimpleJwtAuth`. */
export interface ObservableAuth {
  readonly events: AuthEventSource;
}

/**
 * Counts what an auth tells, and shows it in the traces of the requests in which it happened: each event is a short span below the active one. Where no trace is
 * active there is no span.
 *
 * Nothing is exported that names a user, a session or a client, and no token; every attribute has few values. The metrics are in the
 * README of this package. Call it before `auth.ready()`, so that it hears what is told only then: the store's warnings and the feed's state.
 *
 * @returns what ends it; calling that again does nothing
 * @example
 * import { observeAuth } from '@tokenpair/otel';
 *
 * const stop = observeAuth(auth);
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/general/naming/ | OpenTelemetry semantic conventions, naming}
 */
export function observeAuth({ events }: ObservableAuth, providers: Providers = {}): () => void {
  const meter = meterOf(providers);
  const tracer = tracerOf(providers);
  const count = createCounting(meter);
  const feed = watchFeed(meter);
  const unsubscribe = events.on('*', (event) => {
    const reading = toReading(event);
    count(reading);
    if (event.name === 'feed.changed') feed.set(event.state);
    markTrace(tracer, event, reading);
  });
  return () => {
    unsubscribe();
    feed.stop();
  };
}

function createCounting(meter: Meter): (reading: Reading) => void {
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, [unit, description]]) => [
      name as CounterName,
      meter.createCounter(name, { unit, description }),
    ]),
  );
  return ({ counter, attributes, count = 1 }) => counters.get(counter)?.add(count, attributes);
}

/** An event knows when it happened and not how long it took, so its span has no length. */
function markTrace(tracer: Tracer, { name }: AuthEvent, { attributes, isFailure = false }: Reading): void {
  if (trace.getSpan(context.active()) === undefined) return;
  const span = tracer.startSpan(`tokenpair.${name}`, { attributes });
  if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
