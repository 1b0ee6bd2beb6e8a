import { type Attributes, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { AuthEvent, AuthEventSource } from '@tokenpair/core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Follows the active span through what is asynchronous, as an app's SDK does. */
export function followContext(): void {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());
}

/** One point of a metric. */
export interface Counted {
  readonly attributes: Attributes;
  readonly value: unknown;
}

/** The real SDK with exporters in memory; ended with the test. */
export function makeTelemetry(temporality = AggregationTemporality.CUMULATIVE) {
  const metricExporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  onTestFinished(async () => {
    await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
  });

  async function collect() {
    await meterProvider.forceFlush();
    const last = metricExporter.getMetrics().at(-1);
    return last?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
  }

  return {
    providers: { meterProvider, tracerProvider },
    collect,
    /** The points of one metric; none when nothing was measured. */
    async points(name: string): Promise<readonly Counted[]> {
      const metric = (await collect()).find(({ descriptor }) => descriptor.name === name);
      return metric?.dataPoints.map(({ attributes, value }) => ({ attributes, value })) ?? [];
    },
    spans: (): readonly ReadableSpan[] => spanExporter.getFinishedSpans(),
    /** Runs within a span, as a request does under an HTTP instrumentation. */
    async traced<T>(run: () => Promise<T>): Promise<T> {
      const request = tracerProvider.getTracer('app').startSpan('POST /api/token');
      const answer = await context.with(trace.setSpan(context.active(), request), run);
      request.end();
      return answer;
    },
  };
}

/** An auth that tells what it is given. */
export function fakeAuth() {
  const listeners = new Set<(event: AuthEvent) => void>();
  const events: AuthEventSource = {
    on(_: unknown, listener: (event: never) => void) {
      const kept = listener as (event: AuthEvent) => void;
      listeners.add(kept);
      return () => void listeners.delete(kept);
    },
  };
  return {
    events,
    tell(event: AuthEvent) {
      for (const listener of listeners) listener(event);
    },
  };
}
