/**
 * Remote key sets on their own: to share one between verifiers, and to export its keys for a cold start.
 *
 * @module
 */
export type { JwksFetch } from './jwks/fetch-document.ts';
export { createJwksClient, type JwksClient } from './jwks/jwks-client.ts';
export type { JwksOptions } from './jwks/jwks-options.ts';
export type { JwksSnapshot } from './jwks/snapshot.ts';
