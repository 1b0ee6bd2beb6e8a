import type { LoginHook } from '@tokenpair/core';
import type { LoginLimits } from '@tokenpair/core/login-limits';
import { limitLogins } from '@tokenpair/core/login-limits';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { failureOf } from '../support/outcome.ts';

export const HOME = '203.0.113.7';
export const PASSWORD = 'correct horse';
export const WINDOW = 900;

export interface Attempt {
  readonly user?: string;
  readonly password?: string;
  readonly ip?: string | undefined;
}

export interface Desk {
  /** `in`, `wrong`, or the code of the refusal. */
  try(attempt?: Attempt): Promise<string>;
  /** How often a password was looked at. */
  looks(): number;
}

export function memory(points: number, duration: number = WINDOW): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration });
}

/** A login by one right password for everybody but `nobody`, within limits. */
export function deskOf(limits: LoginLimits, answer: LoginHook = checkPassword): Desk {
  let looks = 0;
  const login = limitLogins((credentials, client) => {
    looks += 1;
    return answer(credentials, client);
  }, limits);

  return {
    looks: () => looks,
    async try(attempt = {}) {
      const { password = 'wrong', user = 'ada' } = attempt;
      const ip = 'ip' in attempt ? attempt.ip : HOME;
      const client = ip === undefined ? {} : { ip };
      const outcome = (async () => login({ username: user, password }, client))();
      const [result] = await Promise.allSettled([outcome]);
      if (result.status === 'rejected') return (await failureOf(() => outcome)).code;
      return result.value ? 'in' : 'wrong';
    },
  };
}

/** Every outcome of so many attempts, one after the other. */
export async function tries(desk: Desk, count: number, attempt?: Attempt): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let n = 0; n < count; n += 1) outcomes.push(await desk.try(attempt));
  return outcomes;
}

const checkPassword: LoginHook = async ({ username = '', password }) =>
  username !== 'nobody' && password === PASSWORD ? { subject: username } : undefined;
