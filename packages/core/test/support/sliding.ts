import type { Session } from '@tokenpair/core';
import { type AuthTestOptions, logIn, makeAuth } from './auth.ts';
import { jsonRequest, plain, requestOf } from './requests.ts';

/** A session in sliding mode; the store's calls and the events of the login are forgotten. `token` is its first token. */
export async function slide(options: AuthTestOptions = {}) {
  const test = makeAuth({ mode: 'sliding', ...options });
  const login = await logIn(test);
  test.store.calls.length = 0;
  test.events.length = 0;
  const { auth, clock, store } = test;
  return {
    ...test,
    ref: login.ref,
    token: login.access,
    record: (): Promise<Session | undefined> => store.find(login.ref, clock()),
    renew: async (token: string): Promise<string> => (await auth.refresh(token)).access,
    /** What a guard says of a token: who it is, or the code of the refusal. */
    async guarded(token: string): Promise<string | undefined> {
      const rawHeaders = ['Authorization', `Bearer ${token}`];
      const outcome = await auth.guard()({ method: 'GET', rawHeaders });
      return outcome.passed ? outcome.auth?.subject : outcome.error.code;
    },
    async post(path: string, body: object, headers: readonly (readonly [string, string])[] = []) {
      const answer = plain(await auth.handle(jsonRequest(path, body, headers)));
      return { status: answer?.status ?? 0, body: answer?.body, headers: answer?.headers };
    },
    async get(path: string, token: string) {
      const headers = [['Authorization', `Bearer ${token}`]] as const;
      return plain(await auth.handle(requestOf('GET', path, { headers })));
    },
  };
}

export type Sliding = Awaited<ReturnType<typeof slide>>;
