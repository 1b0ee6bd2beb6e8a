import type { Attributes } from '@opentelemetry/api';
import type { AuthErrorCode, AuthEvent } from '@tokenpair/core';
import { errorType } from './error-type.ts';

export type CounterName =
  | 'tokenpair.logins'
  | 'tokenpair.refreshes'
  | 'tokenpair.revocations'
  | 'tokenpair.backend.failures'
  | 'tokenpair.store.warnings'
  | 'tokenpair.feed.changes'
  | 'tokenpair.cookies.large';

/** Each counter's unit, and what it counts. */
export const COUNTERS: Readonly<Record<CounterName, readonly [unit: string, description: string]>> =
  Object.freeze({
    'tokenpair.logins': ['{login}', 'Logins, and sessions that the app opened itself, by outcome.'],
    'tokenpair.refreshes': ['{refresh}', 'Refresh tokens that were presented for a session, by outcome.'],
    'tokenpair.revocations': ['{session}', 'Sessions that were ended, by reason.'],
    'tokenpair.backend.failures': ['{failure}', 'Failures of the store and of hooks of the app.'],
    'tokenpair.store.warnings': ['{warning}', 'What the store said it cannot promise as it is set up.'],
    'tokenpair.feed.changes': ['{change}', 'Times that the revocation feed came up or went down.'],
    'tokenpair.cookies.large': ['{pair}', 'Pairs whose cookies passed 3.5 kB together.'],
  });

/** What an event adds to a counter. Its attributes are those of its span, too. */
export interface Reading {
  readonly counter: CounterName;
  readonly attributes: Attributes;
  /** @default 1 */
  readonly count?: number;
  /** A failure of the service, and not of who asked. */
  readonly isFailure?: boolean;
}

/** Of an event only what has few values and names nobody: no subject, session, address, user agent or message. */
export function toReading(event: AuthEvent): Reading {
  switch (event.name) {
    case 'session.issued':
      return login('accepted');
    case 'login.refused':
      return login('refused', event.code);
    case 'session.refreshed':
      return refresh('renewed');
    case 'refresh.replayed':
      return refresh('replayed');
    case 'refresh.replayed_after_outage':
      return refresh('replayed_after_outage');
    case 'session.recovered':
      return refresh('recovered');
    case 'refresh.reused':
      return refresh('reused', 'refresh_token_reused');
    case 'refresh.refused':
      return refresh('refused', event.code);
    case 'session.revoked': {
      const attributes = { 'tokenpair.revocation.reason': event.reason };
      return { counter: 'tokenpair.revocations', attributes, count: event.count };
    }
    case 'backend.failed': {
      const attributes = {
        'tokenpair.backend.name': event.backend,
        'error.type': errorType(event.cause),
      };
      return { counter: 'tokenpair.backend.failures', attributes, isFailure: true };
    }
    case 'store.warning': {
      const attributes = { 'tokenpair.store.name': event.store, 'tokenpair.store.warning': event.code };
      return { counter: 'tokenpair.store.warnings', attributes };
    }
    case 'feed.changed':
      return { counter: 'tokenpair.feed.changes', attributes: { 'tokenpair.feed.state': event.state } };
    case 'cookies.large':
      return { counter: 'tokenpair.cookies.large', attributes: {} };
  }
}

function login(outcome: 'accepted' | 'refused', code?: AuthErrorCode): Reading {
  return { counter: 'tokenpair.logins', attributes: { 'tokenpair.login.outcome': outcome, ...cause(code) } };
}

function refresh(outcome: string, code?: AuthErrorCode): Reading {
  return {
    counter: 'tokenpair.refreshes',
    attributes: { 'tokenpair.refresh.outcome': outcome, ...cause(code) },
  };
}

/** The conventions want no `error.type` on what succeeds. */
function cause(code: AuthErrorCode | undefined): Attributes {
  return code === undefined ? {} : { 'error.type': code };
}
