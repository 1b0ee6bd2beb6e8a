/**
 * Tokens of djangorestframework-simplejwt: a Node service takes those of a Django fleet that shares its key, and issues such.
 *
 * @module
 */
export type { SimpleJwtAuthentication } from './simplejwt/authentication.ts';
export type { ClaimNames } from './simplejwt/claim-names.ts';
export { createSimpleJwtAuth, type SimpleJwtAuth } from './simplejwt/create-simplejwt-auth.ts';
export type { SimpleJwtPair } from './simplejwt/mint.ts';
export type {
  BlacklistStore,
  SimpleJwtAccessOptions,
  SimpleJwtOptions,
  SimpleJwtRefreshOptions,
  SimpleJwtSessionOptions,
} from './simplejwt/simplejwt-options.ts';
