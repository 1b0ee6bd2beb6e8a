import type { BenchKey } from '../keys.ts';

export type Framework = 'express' | 'koa' | 'fastify';

/** What one server serves: `GET /hello` behind a guard, or behind none. */
export interface ServerSetup {
  readonly framework: Framework;
  /** `bare`, `tokenpair`, {@link ADAPTER_ALONE}, or the name of a peer. */
  readonly guard: string;
  readonly key: BenchKey;
}

/** What is answered without a guard; as long as a subject. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Tokenpair's adapter with a guard behind it that does nothing. */
export const ADAPTER_ALONE = 'tokenpair, adapter alone';
