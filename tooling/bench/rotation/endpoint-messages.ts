/** What the measuring process asks of the service that it measures. */
export type EndpointQuestion =
  | { readonly kind: 'tokens'; readonly count: number }
  /** How long its event loop has been busy so far, waiting for the disk included: SQLite blocks it. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'part'; readonly part: string; readonly ms: number };

export interface EndpointAnswer {
  /** Said unasked, when it is ready. */
  readonly port?: number;
  readonly tokens?: string[];
  readonly busyMs?: number;
  readonly microseconds?: number;
}
