import type { JsonObject } from '../json.ts';
import type { AuthContext } from '../session/auth-context.ts';
import type { PresentedRefresh } from '../session/read-refresh-token.ts';
import { narrowScope } from '../session/scope.ts';
import { clientIn } from './bound-client.ts';

/** What a request decides of the tokens that answer it. */
export interface MintingOptions {
  /** `client_id` of the access token. */
  readonly client?: string | undefined;
  /** `client_id` of the refresh token, which is then good in the hands of this client alone. */
  readonly boundTo?: string | undefined;
  /** The access token is to say no more than this. @default what the session may say */
  readonly scope?: string | undefined;
}

/** The same auth, whose tokens say for which client they are. */
export function mintingFor(context: AuthContext, { client, boundTo, scope }: MintingOptions): AuthContext {
  const { access, refresh } = context;
  return {
    ...context,
    access: { ...access, issue: (claims) => access.issue(withClient(narrowed(claims, scope), client)) },
    refresh: { ...refresh, issue: (claims) => refresh.issue(withClient(claims, boundTo)) },
  };
}

/** The same auth, whose tokens are for the client that the refresh token presented was issued to: a successor is bound as its predecessor was. */
export function keepingClient(context: AuthContext, { claims }: PresentedRefresh): AuthContext {
  const client = clientIn(claims);
  return client === undefined ? context : mintingFor(context, { client, boundTo: client });
}

function withClient(claims: JsonObject, client: string | undefined): JsonObject {
  return client === undefined ? claims : { ...claims, client_id: client };
}

function narrowed(claims: JsonObject, wanted: string | undefined): JsonObject {
  if (wanted === undefined) return claims;
  const { scope, ...rest } = claims;
  const left = narrowScope(wanted, typeof scope === 'string' ? scope : undefined);
  return left === '' ? rest : { ...rest, scope: left };
}
