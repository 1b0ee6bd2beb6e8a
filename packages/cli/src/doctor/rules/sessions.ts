import { lengthInWords } from '../../text/words.ts';
import type { Rule } from '../rule.ts';

export const SESSION_RULES: readonly Rule[] = [
  {
    id: 'revocation-none',
    level: 'warning',
    page: 'stores.md#revocation-as-a-guard-sees-it',
    judge: ({ revocation, accessTtl = 0 }) =>
      revocation === 'none'
        ? `guards ask nobody: after a logout an access token is good for up to ${lengthInWords(accessTtl * 1_000)}.`
        : undefined,
  },
  {
    id: 'rotation-off',
    level: 'warning',
    page: 'sessions.md#without-rotation',
    judge: ({ rotates }) =>
      rotates
        ? undefined
        : 'refresh tokens are never replaced: a stolen one is never noticed, and works to its end.',
  },
  {
    id: 'sliding',
    level: 'warning',
    page: 'sessions.md#sliding-mode',
    judge: ({ isSliding }) =>
      isSliding ? 'one token is both: whoever sees an access token can renew it.' : undefined,
  },
  {
    id: 'logins-unlimited',
    level: 'warning',
    page: 'login-limits.md',
    judge: ({ limitsLogins }) =>
      limitsLogins === false
        ? 'failed logins are not limited: passwords can be guessed at full speed.'
        : undefined,
  },
];
