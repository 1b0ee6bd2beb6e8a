import type { AuthErrorCode } from '../../../../packages/core/src/errors/error-rows.ts';

/** Why the library refuses a token, in a sentence, and what it says then. */
export interface Reason {
  readonly code: Extract<AuthErrorCode, 'token_not_valid' | 'token_wrong_type' | 'token_expired'>;
  readonly why: string;
}

export function notValid(why: string): Reason {
  return { code: 'token_not_valid', why };
}
