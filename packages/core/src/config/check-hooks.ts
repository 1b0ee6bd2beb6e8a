import { toOwnClaims } from '../claims/own-claims.ts';
import { assertText, invalidType } from './check.ts';
import type { LoginResult, SubjectState } from './hooks.ts';

/** Whether a login can be signed: a subject that guards take, and claims that are the app's own. @throws TypeError */
export function assertLogin({ claims = {}, epoch, label, scope, subject }: LoginResult): void {
  assertText(subject, 'subject');
  if (label !== undefined) assertText(label, 'label');
  assertOptionalString(epoch, 'epoch');
  assertOptionalString(scope, 'scope');
  toOwnClaims(claims);
}

/** The same for what `resolve` says of a subject. @throws TypeError */
export function assertState({ claims = {}, epoch, scope }: SubjectState): void {
  assertOptionalString(epoch, 'epoch');
  assertOptionalString(scope, 'scope');
  toOwnClaims(claims);
}

function assertOptionalString(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== 'string') throw invalidType(`${name} must be a string`);
}
