/**
 * The token endpoints in the words of RFC 6749: translation, and what that RFC has beside: clients, and a scope that is asked for. Logins,
 * refreshes and revocations are those of the other wire.
 *
 * @module
 */
import type { AuthAnswer } from '../http/answer.ts';
import { introspectToken, revokeToken } from '../http/client-endpoints.ts';
import { clientOf } from '../http/client-of.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { AuthRequest } from '../http/messages.ts';
import { requireText } from '../http/read-fields.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { logIn } from '../session/open-session.ts';
import { readRefreshToken } from '../session/read-refresh-token.ts';
import { refreshSession } from '../session/refresh-session.ts';
import type { TokenPair } from '../session/token-pair.ts';
import { assertOwn, assertOwnRefresh } from './bound-client.ts';
import { identifyClient, type OAuth2Client, requireClient } from './identify-client.ts';
import { mintingFor } from './minting-for.ts';
import { refusedRequest } from './oauth2-error.ts';
import { type Form, readForm } from './read-form.ts';
import { assertGranted, narrowingLogins, requestedScope } from './requested-scope.ts';
import { oauth2PairAnswer } from './token-answer.ts';

/** What a grant is asked with. */
interface GrantRequest {
  readonly request: AuthRequest;
  readonly form: Form;
  readonly client: OAuth2Client;
}

type Grant = (context: AuthContext, given: GrantRequest) => Promise<TokenPair>;

/** `POST /token`: a password, or a refresh token, for tokens. */
export const token: Endpoint = async (context, request) => {
  const form = await readForm(request);
  const client = await identifyClient(context, request, form);
  const { grant_type: type } = requireText(form, ['grant_type']);
  return oauth2PairAnswer(await grantOf(context, type)(context, { request, form, client }));
};

function grantOf({ options }: AuthContext, type: string): Grant {
  if (type === 'refresh_token') return refreshTokenGrant;
  if (type === 'password' && options.login !== undefined) return passwordGrant;
  throw refusedRequest('unsupported_grant_type');
}

/** RFC 6749 §4.3. */
const passwordGrant: Grant = async (context, { request, form, client: { id } }) => {
  const credentials = requireText(form, context.options.loginFields);
  const scope = requestedScope(form);
  const granting = scope === undefined ? context : narrowingLogins(context, scope);
  return logIn(granting, credentials, clientOf(request), { clientId: id });
};

/** RFC 6749 §6. What the session may say stays as it is, whatever this access token says. */
const refreshTokenGrant: Grant = async (context, { request, form, client }) => {
  const { refresh_token: given } = requireText(form, ['refresh_token']);
  const scope = requestedScope(form);
  const presented = await readRefreshToken(context, given);
  const device = clientOf(request);
  assertOwnRefresh(context, presented, { client, device });
  if (scope !== undefined) await assertGranted(context, presented, scope);
  return refreshSession(mintingFor(context, { client: client.id, scope }), presented, device);
};

/** `POST /revoke`: what is to be revoked is known by its kind, whatever `token_type_hint` says (RFC 7009 §2.1). This is the logout, too. */
export const revoke: Endpoint = async (context, request) => {
  const form = await readForm(request);
  const client = await identifyClient(context, request, form);
  const { token: given } = requireText(form, ['token']);
  return revokeToken(context, given, (claims) => assertOwn(claims, client));
};

/** `POST /introspect` (RFC 7662). */
export const introspect: Endpoint = async (context, request): Promise<AuthAnswer> => {
  const form = await readForm(request);
  await requireClient(context, request, form);
  return introspectToken(context, requireText(form, ['token']).token);
};
