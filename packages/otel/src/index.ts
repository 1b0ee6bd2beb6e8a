/**
 * What an auth does as OpenTelemetry metrics and spans.
 *
 * @module
 */
export { type ObservableAuth, observeAuth } from './observe-auth.ts';
export { observedStore } from './observed-store.ts';
export type { Providers } from './providers.ts';
