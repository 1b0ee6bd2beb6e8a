/**
 * What the example services have in common, whatever their framework.
 *
 * @module
 */
export { type Example, runService } from './server/run-service.ts';
export type { Accounts } from './service/accounts.ts';
export type { Service } from './service/create-service.ts';
export { decodeSegment } from './service/decode-segment.ts';
export { toAuthError } from './service/to-auth-error.ts';
export type { Settings } from './settings/settings.ts';
