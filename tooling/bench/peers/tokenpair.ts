import {
  type AuthOptions,
  type AuthSeam,
  type CredentialRequest,
  createAuth,
  GUARDED_HEADERS,
  type Guard,
} from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';
import { createVerifier, type Verifier } from '@tokenpair/core/verifier';
import { AUDIENCE, type BenchKey, ISSUER, toKeyInput } from '../keys.ts';
import type { Judge } from './judge.ts';

export interface TokenpairOptions {
  /** Whether verified tokens are kept. */
  readonly cache: boolean;
  readonly revocation: 'feed' | 'none';
  /** @default a memory store */
  readonly store?: TokenStore;
}

/** The guard of an auth, to which each token comes as a request with a fresh header: what an adapter calls. */
export async function tokenpairGuard(key: BenchKey, options: TokenpairOptions): Promise<Guard<object>> {
  const auth = createBenchAuth(key, options);
  await auth.ready();
  return auth.guard();
}

/** Judges the value of an `Authorization` header, and refuses to wait: verification is meant to be synchronous. */
export function judgeHeader<Who>(guard: Guard<Who>, value: string): unknown {
  const request: CredentialRequest = { method: 'GET', rawHeaders: ['authorization', value], url: '/' };
  const outcome = guard(request);
  if (outcome instanceof Promise) throw new Error('the guard is not synchronous');
  if (!outcome.passed) throw outcome.error;
  return outcome.auth;
}

/** A verifier of the same key, as a resource server has it. */
export function tokenpairVerifier(key: BenchKey, options: Pick<TokenpairOptions, 'cache'>): Verifier {
  const { alg, secret, publicPem = '' } = key;
  const keys = alg === 'HS256' ? { alg, secret: secret ?? '' } : { alg, publicKey: publicPem };
  return withCache(options.cache, (cache) =>
    createVerifier({ issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys }], ...cache }),
  );
}

/** A guard that lets everybody pass without a look: what is left is the adapter, and the ceiling of every guard behind it. */
export function openSeam(subject: string): AuthSeam<{ readonly subject: string }> {
  const outcome = Object.freeze({ passed: true, auth: Object.freeze({ subject }) });
  return { guard: () => Object.assign(() => outcome, { headers: GUARDED_HEADERS }) };
}

/** A guard as a judge of texts. */
export function judgeToken<Who>(guard: Guard<Who>): Judge {
  return (token) => judgeHeader(guard, `Bearer ${token}`);
}

export function createBenchAuth(
  key: BenchKey,
  { cache: isCached, revocation, store = memoryStore() }: TokenpairOptions,
): ReturnType<typeof createAuth> {
  const options: AuthOptions = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: toKeyInput(key),
    store,
    revocation,
  };
  return withCache(isCached, (cache) => createAuth({ ...options, ...cache }));
}

/**
 * With the cache as it is by default, or without one. A build that has no such option has no cache either: it refuses the name, and is made
 * without it.
 */
function withCache<Made>(isCached: boolean, make: (options: { cache?: false }) => Made): Made {
  if (isCached) return make({});
  try {
    return make({ cache: false });
  } catch (error) {
    if (error instanceof TypeError && error.message.includes('no option "cache"')) return make({});
    throw error;
  }
}
