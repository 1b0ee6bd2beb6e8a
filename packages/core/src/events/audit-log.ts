import { type AuditRecord, toAuditRecord } from './audit-record.ts';
import type { AuthEventSource } from './events.ts';

/**
 * Writes an audit log: one record for each event that concerns a login, a session or a token, in the order in which they happened.
 *
 * `write` is called synchronously, within the request, so it should hand the record on and not wait; what it throws, or rejects
 * with, reaches nobody: a record that cannot be kept has to be its own concern.
 *
 * @returns what ends it; calling that again does nothing
 * @example
 * import { auditLog } from '@tokenpair/core/audit';
 *
 * const stop = auditLog(auth, (record) => log.info(record, record.description));
 */
export function auditLog(
  { events }: { readonly events: AuthEventSource },
  write: (record: AuditRecord) => void,
): () => void {
  return events.on('*', (event) => {
    const record = toAuditRecord(event);
    // Returned, so that a writer that rejects is caught where listeners are called.
    return record === undefined ? undefined : write(record);
  });
}
