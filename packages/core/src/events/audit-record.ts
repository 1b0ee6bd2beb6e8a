import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { RevokeReason, SessionClient } from '../store.ts';
import type { AuthEvent, AuthEventName, AuthEvents } from './events.ts';

/** The words of OWASP's vocabulary that fit what Tokenpair tells. */
export type AuditWord =
  | 'authn_login_success'
  | 'authn_login_fail'
  | 'authn_login_fail_max'
  | 'authn_token_reuse'
  | 'session_renewed'
  | 'session_expired'
  | 'session_use_after_expire';

/** A client as OWASP's format names its members. Personal data: leave out what you may not keep. */
export interface AuditClient {
  readonly useragent?: string;
  readonly source_ip?: string;
}

/**
 * One line of an audit log. Members of which nothing is known are absent. No member holds a token, a password or a key. What came from outside (`subject`,
 * `useragent`) has members of its own instead of a place behind the word, so that no text of a user's can look like another event.
 */
export interface AuditRecord extends AuditClient {
  /** When it happened: ISO 8601 in UTC. */
  readonly datetime: string;
  readonly event: AuditWord;
  /** OWASP's `level`, by a name that loggers leave free. */
  readonly severity: 'INFO' | 'WARN' | 'CRITICAL';
  /** A fixed English sentence. */
  readonly description: string;
  /** The auth's own name of the event. */
  readonly source: AuthEventName;
  readonly subject?: string;
  /** The session's id: a name to find its other lines by, which lets nobody in. */
  readonly session?: string;
  /** Why a login or a refresh was refused. */
  readonly code?: AuthErrorCode;
  /** Why sessions ended. */
  readonly reason?: RevokeReason;
  /** How many sessions ended. */
  readonly count?: number;
  /** For whom the token was rotated that another, or the same, presented again. */
  readonly rotated_for?: AuditClient;
}

type Row = Pick<AuditRecord, 'event' | 'severity' | 'description'>;

const row = (event: AuditWord, severity: Row['severity'], description: string): Row => ({
  event,
  severity,
  description,
});

const REUSED: Row = row(
  'authn_token_reuse',
  'CRITICAL',
  'A refresh token was used again after it had been replaced: somebody holds a copy.',
);

/** The compiler refuses an event without a row. Those that concern the service and nobody's login have none. */
const ROWS: Readonly<Record<AuthEventName, Row | undefined>> = Object.freeze({
  'session.issued': row('authn_login_success', 'INFO', 'A session was opened.'),
  'session.refreshed': row('session_renewed', 'INFO', 'A session was renewed.'),
  'refresh.replayed': row('session_renewed', 'INFO', 'A refresh token was presented again within grace.'),
  'refresh.replayed_after_outage': row(
    'session_renewed',
    'WARN',
    'A refresh token was presented again later than grace allows, after an outage of the store.',
  ),
  'session.recovered': row(
    'session_renewed',
    'WARN',
    'A session was renewed by a token newer than its record: the store has lost writes.',
  ),
  'refresh.reused': REUSED,
  'refresh.refused': row('session_use_after_expire', 'WARN', 'A refresh was refused.'),
  'session.revoked': row('session_expired', 'INFO', 'Sessions were ended.'),
  'login.refused': row('authn_login_fail', 'WARN', 'A login was refused.'),
  'store.warning': undefined,
  'feed.changed': undefined,
  'cookies.large': undefined,
  'backend.failed': undefined,
} satisfies Record<AuthEventName, Row | undefined>);

const LIMITED: Row = row('authn_login_fail_max', 'WARN', 'A login was refused: there were too many.');

function rowOf(event: AuthEvent): Row | undefined {
  if (event.name === 'login.refused' && event.code === 'rate_limited') return LIMITED;
  if (event.name === 'refresh.refused' && event.code === 'refresh_token_reused') return REUSED;
  return ROWS[event.name];
}

/** What events tell beyond name and time; each tells some of it. */
type Detail = Partial<
  AuthEvents['refresh.refused'] & AuthEvents['session.revoked'] & AuthEvents['refresh.replayed']
>;

/**
 * What an audit log keeps of an event; `undefined` for one that is for whoever runs the service (`store.warning`, `feed.changed`,
 * `cookies.large`, `backend.failed`).
 *
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html | OWASP, Application Logging Vocabulary}
 */
export function toAuditRecord(event: AuthEvent): AuditRecord | undefined {
  const found = rowOf(event);
  if (found === undefined) return undefined;
  const { subject, session, code, reason, count, client, rotatedFor }: Detail = event as Detail;
  return {
    datetime: new Date(event.at).toISOString(),
    ...found,
    source: event.name,
    ...(subject !== undefined && { subject }),
    ...(session !== undefined && { session }),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(count !== undefined && { count }),
    ...toAuditClient(client),
    ...(rotatedFor !== undefined && { rotated_for: toAuditClient(rotatedFor) }),
  };
}

function toAuditClient({ ip, userAgent }: SessionClient = {}): AuditClient {
  return {
    ...(userAgent !== undefined && { useragent: userAgent }),
    ...(ip !== undefined && { source_ip: ip }),
  };
}
