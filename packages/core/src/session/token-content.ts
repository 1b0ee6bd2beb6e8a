import type { SubjectState } from '../config/hooks.ts';
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import { narrowScope } from './scope.ts';

/** What a token says beside the session's record. */
export interface TokenContent {
  /** Decides the scope. */
  readonly subject: SubjectState;
  /** The app's own claims, fit to be signed. */
  readonly own: JsonObject;
}

/** Whole seconds that never reach past the end, with at least one second between them. */
export function toTimes(from: number, until: number): { iat: number; exp: number } {
  const exp = Math.floor(until / 1000);
  return { iat: Math.min(Math.floor(from / 1000), exp - 1), exp };
}

/** What a token may say of scope: never wider than at login, unless the subject's state says so. */
export function scopeOf(session: Session, subject: SubjectState): string | undefined {
  if (subject.scope === undefined || subject.widenScope === true) return subject.scope ?? session.scope;
  return narrowScope(subject.scope, session.scope) || undefined;
}
