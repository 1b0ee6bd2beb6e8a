import { withDeadline } from '../backends/deadline.ts';
import type { FailedLogin } from '../config/hooks.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Session } from '../store.ts';
import type { AuthContext } from './auth-context.ts';

/** What stands for a secret: always as long, so that it tells nothing of it. */
const MASK = '*'.repeat(20);

/** Tells of a session that is in the store: listeners first, then the app's hook, waited for. Never fails. */
export async function tellLogin(context: AuthContext, session: Session): Promise<void> {
  const { id, subject, createdAt: at, client = {} } = session;
  context.events.emit('session.issued', { session: id, subject, client });
  const { onLogin } = context.options;
  if (onLogin !== undefined)
    await tell(context, 'onLogin', () => onLogin(Object.freeze({ subject, session: id, client, at })));
}

/** Tells of a login that is refused, in the same way, without what is secret of it. Never fails. */
export async function tellFailedLogin(
  context: AuthContext,
  { credentials, client, code }: Omit<FailedLogin, 'at'>,
): Promise<void> {
  context.events.emit('login.refused', { client, code });
  const { clock, loginFields, onLoginFailed } = context.options;
  if (onLoginFailed === undefined) return;
  const shown = Object.freeze(mask(credentials, loginFields));
  const attempt = Object.freeze({ credentials: shown, client, code, at: clock() });
  await tell(context, 'onLoginFailed', () => onLoginFailed(attempt));
}

/** The first field names somebody, unless it is all there is. */
function mask(credentials: FailedLogin['credentials'], fields: readonly string[]): Record<string, string> {
  const isNamed = fields.length > 1;
  return Object.fromEntries(
    fields.map((field, index) => [field, isNamed && index === 0 ? String(credentials[field]) : MASK]),
  );
}

/** A hook that decides nothing: whatever becomes of it is an event. */
async function tell(
  { events, options }: AuthContext,
  backend: string,
  call: () => MaybePromise<void>,
): Promise<void> {
  try {
    await withDeadline(call, options.hookTimeoutMs);
  } catch (cause) {
    events.emit('backend.failed', { backend, cause });
  }
}
