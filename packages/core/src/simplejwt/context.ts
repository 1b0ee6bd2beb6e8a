import { type GuardedHooks, guardHooks } from '../backends/guarded-hooks.ts';
import { type GuardedTokens, guardTokens } from '../backends/guarded-store.ts';
import type { LoginHook, ResolveHook } from '../config/hooks.ts';
import { type AuthEventHub, createEventHub } from '../events/events.ts';
import type { JsonObject } from '../json.ts';
import { type ClaimNames, toCustomClaims } from './claim-names.ts';
import { createTokenReader, type TokenReader } from './read-token.ts';
import type { ResolvedSimpleJwtOptions } from './simplejwt-options.ts';

/** What the parts of one auth share. */
export interface SimpleJwtContext {
  readonly options: ResolvedSimpleJwtOptions;
  readonly read: TokenReader;
  readonly hooks: Pick<GuardedHooks, 'login' | 'resolve'>;
  readonly store: GuardedTokens | undefined;
  readonly events: AuthEventHub;
  /** Tells the event of a failing backend. */
  readonly onFailure: (backend: string, cause: unknown) => void;
}

export function createContext(options: ResolvedSimpleJwtOptions): SimpleJwtContext {
  const { clock, hookTimeoutMs, login, names, resolve, store, storeTimeoutMs } = options;
  const events = createEventHub(clock);
  const onFailure = (backend: string, cause: unknown): void =>
    events.emit('backend.failed', { backend, cause });
  return Object.freeze({
    options,
    read: createTokenReader(options),
    hooks: guardHooks({
      login: login && checkingLogin(login, names),
      resolve: resolve && checkingResolve(resolve, names),
      authenticateClient: undefined,
      timeoutMs: hookTimeoutMs,
      onFailure,
    }),
    store: store && guardTokens(store, { timeoutMs: storeTimeoutMs, onFailure }),
    events,
    onFailure,
  });
}

/** A hook that names a claim of the shape fails, as one that names any other reserved claim does. */
function checkingLogin(login: LoginHook, names: ClaimNames): LoginHook {
  return async (credentials, client) => checked(await login(credentials, client), names);
}

function checkingResolve(resolve: ResolveHook, names: ClaimNames): ResolveHook {
  return async (subject) => checked(await resolve(subject), names);
}

function checked<T extends { readonly claims?: JsonObject | undefined } | undefined | null>(
  answer: T,
  names: ClaimNames,
): T {
  return answer?.claims === undefined ? answer : { ...answer, claims: toCustomClaims(answer.claims, names) };
}
