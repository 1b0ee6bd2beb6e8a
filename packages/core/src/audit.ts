/**
 * The auth's events as an audit log, in the words of OWASP's logging vocabulary.
 *
 * @module
 */
export { auditLog } from './events/audit-log.ts';
export { type AuditClient, type AuditRecord, type AuditWord, toAuditRecord } from './events/audit-record.ts';
