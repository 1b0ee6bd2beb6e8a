import type { Auth, LoginResult, SessionClient, TokenPair } from '@tokenpair/core';

/** What a login grants, beside who it is. */
export type MintOptions = Omit<LoginResult, 'subject'> & {
  /** What the session keeps of its client. */
  readonly client?: SessionClient;
};

/** A pair as tests use it. */
export interface MintedTokens extends TokenPair {
  /** The refresh token; in sliding mode the one token there is. */
  readonly refresh: string;
  /** What sends the access token, for `fetch`, `inject` and supertest's `set`. */
  readonly headers: { readonly authorization: string };
}

/**
 * Opens a session at an auth of the app's, past its login: for tests of what is behind a guard.
 *
 * @throws what `auth.sessions.issue` throws: `NoActiveAccountError` for a subject that the app's `resolve` does not know
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { test } from 'node:test';
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { mintTokens } from '@tokenpair/testkit';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 *
 * test('who has the scope gets through', async () => {
 *   const { headers } = await mintTokens(auth, 'user-1', { scope: 'read' });
 *   const { subject, scopes } = await auth.authenticate({ headers });
 *   assert.deepEqual([subject, scopes], ['user-1', ['read']]);
 * });
 * ```
 */
export async function mintTokens(
  auth: Pick<Auth, 'sessions'>,
  subject: string,
  { client, ...grant }: MintOptions = {},
): Promise<MintedTokens> {
  const pair = await auth.sessions.issue({ subject, ...grant }, client);
  return { ...pair, refresh: String(pair.refresh), headers: { authorization: `Bearer ${pair.access}` } };
}
