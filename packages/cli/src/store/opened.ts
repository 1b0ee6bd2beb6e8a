import type { TokenStore } from '@tokenpair/core/store';

/** A store and the end of its connection. */
export interface OpenStore {
  readonly store: TokenStore;
  close(): Promise<void>;
}

/** How a store is opened. */
export interface OpenOptions {
  /** Of Redis. @default 'tokenpair' */
  readonly prefix?: string;
  /** Of PostgreSQL. @default 'public' */
  readonly schema?: string;
  /** Makes and changes tables. */
  readonly migrate?: boolean;
}
