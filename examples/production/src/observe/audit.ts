import type { Auth } from '@tokenpair/core';
import { auditLog } from '@tokenpair/core/audit';
import type { Log } from '@tokenpair-examples/shared';

/** Writes the audit log: lines with `"log":"audit"` among the others, in the words of OWASP's logging vocabulary. */
export function writeAudit(auth: Auth, log: Log): void {
  const audit = log.child({ log: 'audit' }, { level: 'info' }); // whatever LOG says of the others
  auditLog(auth, (record) => {
    audit[record.severity === 'INFO' ? 'info' : 'warn'](record, record.description);
  });
}
