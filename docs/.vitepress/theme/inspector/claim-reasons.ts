import { isName } from '../../../../packages/core/src/token/claims.ts';
import { isCount, type Kind } from './kinds.ts';
import { notValid, type Reason } from './reason.ts';
import { durationOf, relative } from './time-words.ts';

type Members = Readonly<Record<string, unknown>>;

/** Seconds: the defaults of `leeway` and `clockSkew`. */
export const LEEWAY = 5;
export const CLOCK_SKEW = 60;

/** Why claims are refused at a time in seconds, in the order in which a verifier looks. */
export function claimReasons(claims: Members, kind: Kind, now: number): readonly Reason[] {
  return [
    ...missing(claims, kind),
    ...names(claims),
    ...times(claims, kind, now),
    ...expiry(claims, now),
    ...integers(claims, kind),
  ];
}

function missing(claims: Members, { required }: Kind): readonly Reason[] {
  return required
    .filter((name) => !Object.hasOwn(claims, name))
    .map((name) => notValid(`It has no "${name}".`));
}

function names(claims: Members): readonly Reason[] {
  return ['iss', 'sub', 'jti', 'sid']
    .filter((name) => Object.hasOwn(claims, name) && !isName(claims[name]))
    .map((name) => notValid(`Its "${name}" is no text of 1 to 255 characters without control characters.`));
}

function integers(claims: Members, kind: Kind): readonly Reason[] {
  return kind.integers
    .filter((name) => Object.hasOwn(claims, name) && !isCount(claims[name]))
    .map((name) => notValid(`Its "${name}" is no whole number.`));
}

function times(claims: Members, { maxLife }: Kind, now: number): readonly Reason[] {
  const { exp, iat } = claims;
  const reasons = ['iat', 'nbf', 'exp']
    .filter((name) => claims[name] !== undefined && !isTime(claims[name]))
    .map((name) => notValid(`Its "${name}" is no time: that is a number of seconds since 1970.`));
  for (const name of ['iat', 'nbf']) {
    const time = claims[name];
    if (isTime(time) && time > now + CLOCK_SKEW)
      reasons.push(
        notValid(
          `Its "${name}" lies ahead (${relative(time, now)}); clocks may differ by ${CLOCK_SKEW} seconds.`,
        ),
      );
  }
  if (!isTime(exp)) return reasons;
  if (isTime(iat) && exp <= iat) reasons.push(notValid('It ends no later than it began ("exp" and "iat").'));
  const life = exp - (isTime(iat) ? iat : now);
  if (life > maxLife && (iat === undefined || isTime(iat)))
    reasons.push(notValid(`It lives ${durationOf(life)}, and ${durationOf(maxLife)} is the most (maxLife).`));
  return reasons;
}

function expiry({ exp }: Members, now: number): readonly Reason[] {
  if (!isTime(exp) || now < exp + LEEWAY) return [];
  return [
    {
      code: 'token_expired',
      why: `It has expired, ${relative(exp, now)}; ${LEEWAY} seconds of leeway are over.`,
    },
  ];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
