import type { AuthError } from '../errors/auth-error.ts';
import {
  NoActiveAccountError,
  PasswordChangedError,
  RefreshTokenReusedError,
  SessionExpiredError,
  TokenNotValidError,
  TokenRevokedError,
} from '../errors/errors.ts';
import type { RefreshVerdict } from './judge-refresh.ts';

/** The verdicts of the refresh table that refuse. */
export type Refusal = Extract<RefreshVerdict, { kind: 'unknown' | 'revoked' | 'end' }>;

export function isRefusal(verdict: RefreshVerdict): verdict is Refusal {
  return verdict.kind === 'unknown' || verdict.kind === 'revoked' || verdict.kind === 'end';
}

/** What the client is told: rows 1 to 5 and 9. A session that had ended before says so, with the reason only where a login mends it. */
export function refusalError(refusal: Refusal): AuthError {
  if (refusal.kind === 'unknown') return new TokenNotValidError();
  switch (refusal.reason) {
    case 'no_active_account':
      return new NoActiveAccountError();
    case 'password_changed':
      return new PasswordChangedError();
    default:
      return refusal.kind === 'revoked' ? new TokenRevokedError() : endError(refusal.reason);
  }
}

function endError(reason: 'expired' | 'reuse'): AuthError {
  return reason === 'expired' ? new SessionExpiredError() : new RefreshTokenReusedError();
}
