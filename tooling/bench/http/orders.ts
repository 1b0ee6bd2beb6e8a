/** What goes to the load generator. @module */

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
