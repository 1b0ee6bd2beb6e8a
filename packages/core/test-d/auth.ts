/**
 * What the types of `@tokenpair/core` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import {
  type AnyAuthError,
  type Auth,
  AuthError,
  type AuthErrorCode,
  type AuthEvent,
  type Authentication,
  type AuthOptions,
  createAuth,
  type Duration,
  type FailedLogin,
  type GuardOptions,
  type JsonObject,
  type KeyInput,
  type LoginNotice,
  type LoginResult,
  type RefreshTokenReusedError,
  type Session,
  type SessionRef,
  type SubjectState,
  type TokenPair,
  type TokenStore,
} from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

const secret = new Uint8Array(32);
const store: TokenStore = memoryStore();
const base = { issuer: 'https://i', audience: 'https://a', keys: { alg: 'HS256', secret }, store } as const;
const auth: Auth = createAuth(base);

// What an auth needs.
createAuth({ ...base, login: () => undefined });
// @ts-expect-error no issuer
createAuth({ audience: 'https://a', keys: base.keys, store });
// @ts-expect-error no audience
createAuth({ issuer: 'https://i', keys: base.keys, store });
// @ts-expect-error no keys
createAuth({ issuer: 'https://i', audience: 'https://a', store });
// @ts-expect-error no store
createAuth({ issuer: 'https://i', audience: 'https://a', keys: base.keys });
// @ts-expect-error null is no issuer here
createAuth({ ...base, issuer: null });
// @ts-expect-error undefined is no audience
createAuth({ ...base, audience: undefined });
// @ts-expect-error a misspelt option
createAuth({ ...base, isuer: 'x' });
// @ts-expect-error a misspelt option of a group
createAuth({ ...base, refresh: { gracePeriod: 30 } });
// @ts-expect-error undefined is not "the default" where an option may be absent
createAuth({ ...base, leeway: undefined });
// @ts-expect-error a store that lacks methods
createAuth({ ...base, store: { name: 'x', durable: false, find: store.find } });
// @ts-expect-error an unknown kind of revocation
createAuth({ ...base, revocation: 'never' });
// @ts-expect-error rotate is true or false
createAuth({ ...base, refresh: { rotate: 'no' } });

// Durations.
const durations: readonly Duration[] = [30, '30s', '5m', '12h', '30d'];
void durations;
// @ts-expect-error no such unit
const weeks: Duration = '2w';
void weeks;
// @ts-expect-error a text without unit
const bare: Duration = '30';
void bare;

// Keys: one algorithm a key, and the member that goes with it.
const keys: readonly KeyInput[] = [
  { alg: 'HS512', secret: 'x'.repeat(64) },
  { alg: 'ES256', privateKey: '-----BEGIN PRIVATE KEY-----', kid: 'k' },
  { alg: 'Ed25519', publicKey: { kty: 'OKP' } },
];
createAuth({ ...base, keys });
// @ts-expect-error no alg
createAuth({ ...base, keys: { secret } });
// @ts-expect-error alg none
createAuth({ ...base, keys: { alg: 'none', secret } });
// @ts-expect-error a secret for an asymmetric algorithm
createAuth({ ...base, keys: { alg: 'RS256', secret } });
// @ts-expect-error a private key for a secret algorithm
createAuth({ ...base, keys: { alg: 'HS256', privateKey: 'x' } });
// @ts-expect-error a number is no secret
createAuth({ ...base, keys: { alg: 'HS256', secret: 1 } });

// Hooks.
createAuth({
  ...base,
  login: async ({ username }, client) => ({
    subject: `${username}${client.ip}`,
    epoch: '1',
    claims: { a: [1, null] },
  }),
});
createAuth({ ...base, login: async () => null });
// @ts-expect-error a subject is text
createAuth({ ...base, login: () => ({ subject: 1 }) });
// @ts-expect-error a login without subject
createAuth({ ...base, login: () => ({}) });
// @ts-expect-error true is no login
createAuth({ ...base, login: () => true });
// @ts-expect-error resolve has to say whether the subject is active
createAuth({ ...base, resolve: () => ({ epoch: '1' }) });
// @ts-expect-error a claim that is no JSON
const claims: LoginResult = { subject: '1', claims: { at: new Date() } };
void claims;
createAuth({ ...base, login: () => ({ subject: '1', label: 'phone' }) });
// @ts-expect-error a label is text
createAuth({ ...base, login: () => ({ subject: '1', label: 1 }) });
createAuth({
  ...base,
  onLogin: ({ subject, session, client, at }: LoginNotice) => {
    same<readonly [typeof subject, typeof session, typeof at], readonly [string, string, number]>(true);
    void client.userAgent;
  },
  onLoginFailed: async (attempt) => {
    same<typeof attempt, FailedLogin>(true);
    same<typeof attempt.code, AuthErrorCode>(true);
    // @ts-expect-error what was tried is not changed
    attempt.credentials['username'] = 'x';
  },
});
// @ts-expect-error a hook that is told of logins gives nothing back
createAuth({ ...base, onLogin: () => true });
const state: SubjectState = { active: true, epoch: undefined };
void state;

// Modes.
createAuth({ ...base, mode: 'sliding' });
// @ts-expect-error an unknown mode
createAuth({ ...base, mode: 'single' });

// What an auth gives.
same<Awaited<ReturnType<Auth['refresh']>>, TokenPair>(true);
same<ReturnType<Auth['sessions']['list']>, Promise<Session[]>>(true);
same<ReturnType<Auth['logout']>, Promise<void>>(true);
same<TokenPair['refresh'], string | undefined>(true);
const frozen = async (pair: TokenPair, options: AuthOptions): Promise<void> => {
  // @ts-expect-error without rotation there is no refresh token
  await auth.refresh(pair.refresh);
  // @ts-expect-error a pair is not changed
  pair.access = 'x';
  // @ts-expect-error nor are options
  options.issuer = 'x';
  // @ts-expect-error a session is ended by its reference, not by its id
  await auth.sessions.revoke('id');
  // @ts-expect-error a reference has a subject
  await auth.sessions.revoke({ id: 'x' });
  // @ts-expect-error an unknown reason
  await auth.sessions.revoke({ id: 'x', subject: 'y' }, 'because');
};
void frozen;
const ref: SessionRef = {} as Session;
void ref;

// Guards.
const options: GuardOptions = { optional: true, onInvalid: 'anonymous', scope: 'a b', anyScope: 'c' };
auth.guard(options);
// @ts-expect-error scopes are one text
auth.guard({ scope: ['a'] });
// @ts-expect-error a misspelt option
auth.guard({ scopes: 'a' });
const guarded = async (): Promise<void> => {
  const outcome = await auth.guard()({ method: 'GET', rawHeaders: [] });
  if (outcome.passed) {
    same<typeof outcome.auth, Authentication | undefined>(true);
    // @ts-expect-error behind an optional guard nobody may be there
    void outcome.auth.subject;
    // @ts-expect-error who passed has no error
    void outcome.error;
  } else {
    same<typeof outcome.error, AuthError>(true);
    // @ts-expect-error who did not pass is nobody
    void outcome.auth;
  }
};
void guarded;
const who = (authentication: Authentication): void => {
  same<typeof authentication.subject, string>(true);
  // @ts-expect-error it is not changed
  authentication.subject = 'x';
  // @ts-expect-error nor are its scopes
  authentication.scopes.push('admin');
};
void who;

// Errors: the code narrows.
const narrow = (error: AnyAuthError): void => {
  switch (error.code) {
    case 'refresh_token_reused':
      same<typeof error, RefreshTokenReusedError>(true);
      break;
    // @ts-expect-error no such code
    case 'token_stolen':
      break;
    default:
      same<Extract<typeof error, RefreshTokenReusedError>, never>(true);
  }
};
void narrow;
same<AnyAuthError['code'], AuthErrorCode>(true);
// @ts-expect-error the base class is not made
void (() => new AuthError('x', 'token_missing'));

// Events: the name says what comes along.
const off: () => void = auth.events.on('refresh.reused', (event) => {
  same<typeof event, AuthEvent<'refresh.reused'>>(true);
  const stored: number = event.stored;
  void stored;
  // @ts-expect-error a reuse has no reason
  void event.reason;
});
off();
auth.events.on('*', (event) => {
  if (event.name === 'session.revoked') void event.reason;
  // @ts-expect-error not every event has a generation
  void event.generation;
});
// @ts-expect-error no such event
auth.events.on('session.stolen', () => {});
// @ts-expect-error apps listen and do not emit
void auth.events.emit;

const json: JsonObject = { a: [1, 'x', null, { b: true }] };
void json;
// @ts-expect-error undefined is no JSON
const noJson: JsonObject = { a: undefined };
void noJson;
