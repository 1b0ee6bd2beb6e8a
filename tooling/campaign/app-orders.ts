import type { StoreOptions } from './open-store.ts';

/** What the app is told on its command line. */
export interface AppOrders {
  readonly port: number;
  readonly storeUrl: string;
  readonly store?: StoreOptions;
  /** 32 bytes in base64url. */
  readonly secret: string;
  /** Where events go, a JSON line each, at once. */
  readonly eventFile?: string;
  /** Seconds. */
  readonly grace?: number;
  readonly leeway?: number;
  readonly sessionTtl?: number;
  readonly storeTimeoutMs?: number;
  /** How much faster than real time the app's clock runs. @default 1 */
  readonly clockSpeed?: number;
  /** Prune this often. */
  readonly pruneEveryMs?: number;
  readonly sabotage?: boolean;
}

/** Everybody's. */
export const PASSWORD = 'chaos';

/** What it says of itself at `/stats`; bytes and counts. */
export interface AppStatistics {
  readonly rss: number;
  readonly heapUsed: number;
  readonly descriptors: number;
  readonly handles: number;
  readonly records: number | undefined;
}
