import {
  type Meter,
  type MeterProvider,
  metrics,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** Where metrics and spans go. */
export interface Providers {
  /**
   * Register the app's own before anything is observed: until then the global one makes meters that measure nothing, and go on doing so.
   *
   * @default the one registered with the API
   */
  readonly meterProvider?: MeterProvider | undefined;
  /** @default the one registered with the API */
  readonly tracerProvider?: TracerProvider | undefined;
}

const SCOPE = '@tokenpair/otel';

export function meterOf({ meterProvider = metrics }: Providers): Meter {
  return meterProvider.getMeter(SCOPE);
}

export function tracerOf({ tracerProvider = trace }: Providers): Tracer {
  return tracerProvider.getTracer(SCOPE);
}
