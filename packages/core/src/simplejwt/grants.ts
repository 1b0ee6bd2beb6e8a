/**
 * Login, refresh and revocation for tokens that name no session: what a store knows of them is which ids are refused.
 *
 * @module
 */
import { invalidValue } from '../config/check.ts';
import { assertLogin } from '../config/check-hooks.ts';
import type { LoginResult, SubjectState } from '../config/hooks.ts';
import {
  InvalidCredentialsError,
  NoActiveAccountError,
  SessionExpiredError,
  TokenNotValidError,
  TokenRevokedError,
} from '../errors/errors.ts';
import type { SessionClient, TokenRef } from '../store.ts';
import { endOf, loginClaim, scopeNow, successorClaims } from './carried-claims.ts';
import { toCustomClaims } from './claim-names.ts';
import type { SimpleJwtContext } from './context.ts';
import { type Grant, mintToken, type SimpleJwtPair } from './mint.ts';
import type { PresentedToken } from './read-token.ts';
import type { ResolvedSimpleJwtOptions } from './simplejwt-options.ts';

/** @throws InvalidCredentialsError for an unknown user, a wrong password and a disabled account alike; BackendUnavailableError */
export async function logIn(
  context: SimpleJwtContext,
  credentials: Readonly<Record<string, string>>,
  client: SessionClient,
): Promise<SimpleJwtPair> {
  const login = await context.hooks.login(credentials, client);
  const pair = login === undefined ? undefined : await openGrant(context, login);
  if (pair === undefined) {
    context.events.emit('login.refused', { client, code: 'invalid_credentials' });
    throw new InvalidCredentialsError();
  }
  return pair;
}

/** A pair for a subject whose identity the app has proven. @throws NoActiveAccountError, BackendUnavailableError; TypeError */
export async function issue(context: SimpleJwtContext, login: LoginResult): Promise<SimpleJwtPair> {
  assertLogin(login);
  const claims = login.claims && toCustomClaims(login.claims, context.options.names);
  const pair = await openGrant(context, { ...login, claims });
  if (pair === undefined) throw new NoActiveAccountError();
  return pair;
}

async function openGrant(context: SimpleJwtContext, login: LoginResult): Promise<SimpleJwtPair | undefined> {
  const { options } = context;
  const { subject } = login;
  const state = await context.hooks.resolve(subject);
  if (!state.active || movedMeanwhile(login, state)) return undefined;
  const scope = login.scope ?? state.scope;
  const now = options.clock();
  const grant: Grant = {
    subject,
    endsAt: now + options.sessionTtl,
    claims: {
      ...(login.claims ?? state.claims),
      ...(scope === undefined ? {} : { scope }),
      ...loginClaim(options, Math.floor(now / 1000)),
    },
  };
  return mintPair(options, grant, grant);
}

/** A password that changed between its check and now. Later changes leave the tokens alone: nothing in them tells the epoch. */
function movedMeanwhile(login: LoginResult, state: SubjectState): boolean {
  return login.epoch !== undefined && state.epoch !== undefined && login.epoch !== state.epoch;
}

/**
 * A refresh token for an access token, and with rotation for its successor too. The presented token is used up last, when
 * everything that can fail without it has gone well.
 *
 * @throws TokenNotValidError, TokenWrongTypeError, TokenExpiredError, SessionExpiredError, NoActiveAccountError
 * @throws TokenRevokedError: revoked, or with rotation used before
 * @throws BackendUnavailableError; StoreUnavailableError: with rotation the token may be used up
 */
export async function refresh(context: SimpleJwtContext, token: unknown): Promise<SimpleJwtPair> {
  const { options } = context;
  const presented = await context.read(token, { kinds: ['refresh'] });
  const { state, endsAt } = await judgeGrant(context, presented);
  const { subject } = presented.ref;
  const claims = successorClaims(options, presented.claims, state);
  const access: Grant = { subject, endsAt, claims: { ...claims, ...scopeNow(claims, state) } };
  const pair = await mintPair(
    options,
    access,
    options.refresh.rotate ? { subject, endsAt, claims } : undefined,
  );
  await claimUse(context, presented.ref);
  return pair;
}

/** Whether a token, access or refresh, would be taken now; asks the store whatever `revocation` says, and changes nothing. */
export async function assertAcceptable(context: SimpleJwtContext, token: unknown): Promise<void> {
  const presented = await context.read(token, { kinds: ['access', 'refresh'] });
  if (presented.kind === 'refresh') await judgeGrant(context, presented);
  await assertNotRevoked(context, presented.ref);
}

/** @throws TokenRevokedError, StoreUnavailableError */
export async function assertNotRevoked({ options, store }: SimpleJwtContext, token: TokenRef): Promise<void> {
  if (store !== undefined && !(await store.isLive({ token }, options.clock()))) throw new TokenRevokedError();
}

/** Puts ids on the blacklist until their tokens are dead; one that is dead already needs no entry. Idempotent. */
export async function revokeTokens(
  { options, store }: SimpleJwtContext,
  tokens: readonly PresentedToken[],
): Promise<void> {
  if (store === undefined) throw invalidValue('revocation needs options.store');
  const now = options.clock();
  for (const { ref } of tokens) if (now < ref.expiresAt) await store.blacklist(ref, now);
}

/** The tokens of one logout: a refresh token, and the access token that came with it, which would outlive it otherwise. */
export async function readLogout(
  { read }: SimpleJwtContext,
  { refresh, access }: { readonly refresh: string; readonly access?: string | undefined },
): Promise<readonly PresentedToken[]> {
  const first = await read(refresh, { kinds: ['refresh'], allowExpired: true });
  if (access === undefined) return [first];
  const second = await read(access, { kinds: ['access'], allowExpired: true });
  if (second.ref.subject !== first.ref.subject) throw new TokenNotValidError();
  return [first, second];
}

/** What holds for a refresh token beside its signature: the absolute end, and the subject. */
async function judgeGrant(
  { hooks, options }: SimpleJwtContext,
  { claims, ref }: PresentedToken,
): Promise<{ readonly state: SubjectState; readonly endsAt: number }> {
  const endsAt = endOf(options, claims);
  if (options.clock() >= endsAt) throw new SessionExpiredError();
  const state = await hooks.resolve(ref.subject);
  if (!state.active) throw new NoActiveAccountError();
  return { state, endsAt };
}

/** With rotation a refresh is the use of a token, and the first caller alone has it; without, the token only must not be revoked. */
async function claimUse(context: SimpleJwtContext, token: TokenRef): Promise<void> {
  const { options, store } = context;
  if (!options.refresh.rotate || store === undefined) return assertNotRevoked(context, token);
  if (!(await store.blacklist(token, options.clock()))) throw new TokenRevokedError();
}

async function mintPair(
  options: ResolvedSimpleJwtOptions,
  accessGrant: Grant,
  refreshGrant: Grant | undefined,
): Promise<SimpleJwtPair> {
  const { token: access, expiresIn } = await mintToken(options, 'access', accessGrant);
  if (refreshGrant === undefined) return { access, expiresIn };
  const { token, expiresIn: refreshExpiresIn } = await mintToken(options, 'refresh', refreshGrant);
  return { access, expiresIn, refresh: token, refreshExpiresIn };
}
