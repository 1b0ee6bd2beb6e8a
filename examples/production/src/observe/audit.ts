import type { Auth } from '@tokenpair/core';
import { auditLog } from '@tokenpair/core/audit';
import type { Log, PasswordChange } from '@tokenpair-examples/shared';

/** The audit log: lines with `"log":"audit"` among the others, in the words of OWASP's logging vocabulary. */
export interface Audit {
  /** Writes what happens to logins, sessions and tokens. */
  watch(auth: Auth): void;
  /** Writes a try to change a password, which only the app knows of. */
  passwordChange(change: PasswordChange): void;
}

export function createAudit(log: Log): Audit {
  const audit = log.child({ log: 'audit' }, { level: 'info' }); // whatever LOG says of the others
  return Object.freeze({
    watch(auth) {
      auditLog(auth, (record) => {
        audit[record.severity === 'INFO' ? 'info' : 'warn'](record, record.description);
      });
    },
    passwordChange({ client: { ip, userAgent }, code, session, subject }) {
      const isDone = code === undefined;
      const record = {
        datetime: new Date().toISOString(),
        event: isDone ? 'authn_password_change' : 'authn_password_change_fail',
        severity: isDone ? 'INFO' : 'CRITICAL',
        subject,
        session,
        ...(isDone ? {} : { code }),
        ...(userAgent === undefined ? {} : { useragent: userAgent }),
        ...(ip === undefined ? {} : { source_ip: ip }),
      };
      audit[isDone ? 'info' : 'warn'](
        record,
        isDone ? 'A password was changed.' : 'A password change was refused.',
      );
    },
  } satisfies Audit);
}
