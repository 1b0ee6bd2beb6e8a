import { AuthError, type AuthErrorCode } from '@tokenpair/core';

/** The error that a call ends in; fails the test when it ends in none, or in one of another family. */
export async function failureOf(call: () => unknown): Promise<AuthError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof AuthError) return error;
    throw error;
  }
  throw new Error('the call was expected to be refused, and was not');
}

/** Code and status of the refusal. */
export async function refusalOf(call: () => unknown): Promise<readonly [AuthErrorCode, number]> {
  const { code, status } = await failureOf(call);
  return [code, status];
}
