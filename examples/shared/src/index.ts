/**
 * What the example services have in common, whatever their framework.
 *
 * @module
 */

export { createLog, type Log } from './log/create-log.ts';
export { plainTarget } from './server/request-target.ts';
export { type Example, runService } from './server/run-service.ts';
export type { Accounts, PasswordChange } from './service/accounts.ts';
export { createService, type Service, type ServiceParts } from './service/create-service.ts';
export { decodeSegment } from './service/decode-segment.ts';
export { toAuthError } from './service/to-auth-error.ts';
export { type Environment, readSettings } from './settings/read-settings.ts';
export type { Settings } from './settings/settings.ts';
export { EX_CONFIG, messageOf, SettingsError, StartError } from './start-error.ts';
export { openUsers } from './users/open-users.ts';
