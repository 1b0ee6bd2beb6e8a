import { lengthInWords } from '../../text/words.ts';
import type { Rule } from '../rule.ts';

const MINUTE = 60;
const DAY = 86_400;

export const LIFE_RULES: readonly Rule[] = [
  {
    id: 'access-long',
    level: 'warning',
    page: 'stores.md#revocation-as-a-guard-sees-it',
    judge: ({ accessTtl }) =>
      longer(
        accessTtl,
        15 * MINUTE,
        (life) => `access tokens live ${life}: a stolen one is good for that long.`,
      ),
  },
  {
    id: 'refresh-long',
    level: 'warning',
    page: 'sessions.md#what-a-refresh-does',
    judge: ({ refreshTtl }) =>
      longer(
        refreshTtl,
        30 * DAY,
        (life) => `a refresh token lives ${life} unused: a lost device stays logged in.`,
      ),
  },
  {
    id: 'session-long',
    level: 'warning',
    page: 'sessions.md#what-a-refresh-does',
    judge: ({ sessionTtl }) =>
      longer(
        sessionTtl,
        90 * DAY,
        (life) => `a session lives ${life}: nobody proves who they are for that long.`,
      ),
  },
  {
    id: 'leeway-long',
    level: 'warning',
    page: 'cli.md#times',
    judge: ({ leeway }) =>
      longer(
        leeway,
        30,
        (time) => `tokens are taken ${time} after their end: leeway is for clocks that differ, by seconds.`,
      ),
  },
  {
    id: 'clock-skew-long',
    level: 'warning',
    page: 'cli.md#times',
    judge: ({ clockSkew }) =>
      longer(
        clockSkew,
        2 * MINUTE,
        (time) => `tokens from up to ${time} in the future are taken: a clock is wrong somewhere.`,
      ),
  },
  {
    id: 'grace-long',
    level: 'warning',
    page: 'sessions.md#grace-and-what-it-costs',
    judge: ({ grace }) =>
      longer(
        grace,
        30,
        (time) =>
          `a refresh token is answered again for ${time} after its use: so long a copy is not noticed.`,
      ),
  },
  {
    id: 'grace-off',
    level: 'note',
    page: 'sessions.md#grace-and-what-it-costs',
    judge: ({ grace }) =>
      grace === 0 ? 'no grace: a lost answer or a second tab ends the session of an honest user.' : undefined,
  },
];

function longer(
  seconds: number | undefined,
  limit: number,
  words: (length: string) => string,
): string | undefined {
  return seconds !== undefined && seconds > limit ? words(lengthInWords(seconds * 1_000)) : undefined;
}
