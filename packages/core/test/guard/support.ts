import type { Auth, CredentialRequest, GuardOptions, GuardOutcome } from '@tokenpair/core';
import { type AuthTestOptions, logIn, makeAuth } from '../support/auth.ts';
import type { Line } from '../support/cookies.ts';
import { plain } from '../support/requests.ts';

/** An auth with a login, whose calls to the store are counted from here on. */
export async function start(options: AuthTestOptions = {}) {
  const test = makeAuth(options);
  const login = await logIn(test);
  test.store.calls.length = 0;
  return { ...test, ...login };
}

export function request(lines: readonly Line[] | string = [], more: Partial<CredentialRequest> = {}) {
  const all: readonly Line[] = typeof lines === 'string' ? [['Authorization', `Bearer ${lines}`]] : lines;
  return { method: 'GET', rawHeaders: all.flat(), ...more };
}

/** What an outcome came to, short: who passed, or the code. */
export function short<Who extends { readonly subject: string | undefined }>(
  outcome: GuardOutcome<Who>,
): string {
  return outcome.passed ? (outcome.auth?.subject ?? 'anonymous') : outcome.error.code;
}

/** What a guard with these options makes of a request. */
export async function codeOf(auth: Auth, asked: CredentialRequest, options?: GuardOptions): Promise<string> {
  return short(await auth.guard(options)(asked));
}

/** The whole answer of a refusal. */
export async function refusal(auth: Auth, asked: CredentialRequest, options?: GuardOptions) {
  const outcome = await auth.guard(options)(asked);
  if (outcome.passed) throw new Error('passed');
  return plain(outcome.answer);
}
