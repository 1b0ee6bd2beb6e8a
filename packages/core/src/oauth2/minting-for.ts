import type { JsonObject } from '../json.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { narrowScope } from '../session/scope.ts';

/** What a request decides of the access token that answers it. */
export interface MintingOptions {
  /** Its `client_id`: who asks, also with a refresh token that is bound to nobody. */
  readonly client: string | undefined;
  /** It is to say no more than this. @default what the session may say */
  readonly scope: string | undefined;
}

/** The same auth, whose access tokens say for which client they are. */
export function mintingFor(context: AuthContext, { client, scope }: MintingOptions): AuthContext {
  const { access } = context;
  return {
    ...context,
    access: { ...access, issue: (claims) => access.issue(withClient(narrowed(claims, scope), client)) },
  };
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
