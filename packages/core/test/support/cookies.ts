import type { AuthAnswer } from '@tokenpair/core';
import { makeAuth, PASSWORD, type TestAuth } from './auth.ts';
import { jsonRequest } from './requests.ts';

export type Line = readonly [string, string];

/** What shows that a request comes from the app's own page. */
export const SAME_ORIGIN: Line = ['Sec-Fetch-Site', 'same-origin'];

export const COOKIE_OPTIONS = { transport: 'cookie', cookie: { path: '/api/token' } } as const;

/** The `set-cookie` lines of an answer by name: value and attributes. */
export function cookiesSet(
  answer: AuthAnswer | undefined,
): Map<string, { value: string; attributes: string[] }> {
  const lines = (answer?.headers ?? []).filter(([name]) => name === 'set-cookie').map(([, line]) => line);
  return new Map(
    lines.map((line) => {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split('=');
      return [name, { value, attributes }];
    }),
  );
}

/** The `Cookie` line a browser would send after an answer; only the named cookies when some are named. */
export function cookieLine(answer: AuthAnswer | undefined, ...names: readonly string[]): Line {
  const all = [...cookiesSet(answer)].filter(([name]) => names.length === 0 || names.includes(name));
  return ['Cookie', all.map(([name, { value }]) => `${name}=${value}`).join('; ')];
}

/** An auth with cookie transport, and a login at it. */
export async function cookieLogin(test: TestAuth = makeAuth(COOKIE_OPTIONS)) {
  const login = await test.auth.handle(
    jsonRequest('/', { username: '1', password: PASSWORD }, [SAME_ORIGIN]),
  );
  return { ...test, login };
}
