import type { Auth, AuthEvent, AuthEventName } from '@tokenpair/core';
import { messageOf } from '../start-error.ts';
import type { Log } from './create-log.ts';

/** What somebody should look at, not just keep. */
const SUSPICIOUS: ReadonlySet<AuthEventName> = new Set([
  'refresh.reused',
  'session.recovered',
  'backend.failed',
  'store.warning',
  'cookies.large',
]);

/** One line for each auth event. Events carry no token and no credentials. */
export function logEvents(auth: Auth, log: Log): void {
  auth.events.on('*', (event: AuthEvent) => {
    const { name, at: _, ...detail } = event;
    const cause = event.name === 'backend.failed' ? { cause: messageOf(event.cause) } : {};
    log[SUSPICIOUS.has(name) ? 'warn' : 'info']({ event: name, ...detail, ...cause }, name);
  });
}
