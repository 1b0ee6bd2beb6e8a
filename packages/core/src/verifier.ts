/**
 * For services that issue nothing: tokens of other issuers, and of other Tokenpair services, verified.
 *
 * @module
 */
export { createVerifier, type VerifiedAuthentication, type Verifier } from './verifier/create-verifier.ts';
export type { IntrospectionRevocation } from './verifier/introspection-live-check.ts';
export type { IntrospectionFetch, IntrospectionOptions } from './verifier/introspection-options.ts';
export type { IssuerOptions } from './verifier/issuer-options.ts';
export type { VerifierRevocation } from './verifier/live-checks.ts';
export type { StoreRevocation } from './verifier/store-live-check.ts';
export type { VerifierOptions } from './verifier/verifier-options.ts';
