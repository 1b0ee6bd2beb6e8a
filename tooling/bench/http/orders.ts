/** What goes to the load generator, and what comes back. @module */
import type { LoadReport } from './client.ts';

/** Tokens by the name of their pool. */
export interface TokenPools {
  readonly pools: Readonly<Record<string, readonly Uint8Array[]>>;
}

export interface LoadOrder {
  readonly port: number;
  readonly pool: string;
  /** Index of the first token of the pool; from there on they come in turn. */
  readonly from: number;
  readonly ms: number;
  /** Requests a second; without it as many as are answered. */
  readonly rate?: number;
}

export interface LoadAnswer extends LoadReport {
  /** Share of its core that the generator itself used: near 1 it was what limited the server. */
  readonly busy: number;
}
