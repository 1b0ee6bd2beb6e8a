import type { JsonObject } from '../json.ts';
import type { AuthContext } from '../session/auth-context.ts';
import type { PresentedRefresh } from '../session/read-refresh-token.ts';
import type { SessionClient } from '../store.ts';
import type { OAuth2Client } from './identify-client.ts';
import { foreignGrant } from './oauth2-error.ts';

/** The client that a token was issued to; `undefined` where none was authenticated. */
export function clientIn({ client_id: id }: JsonObject): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/**
 * Refuses a token that was issued to another client, a public one included. The session lives on: a client that guesses must not log
 * anybody out.
 *
 * @see RFC 6749 §6, RFC 7009 §2.1
 * @throws OAuth2Error (`invalid_grant`)
 */
export function assertOwn(claims: JsonObject, client: Pick<OAuth2Client, 'id'>): void {
  const owner = clientIn(claims);
  if (owner !== undefined && owner !== client.id) throw foreignGrant();
}

/** The same for a refresh, told as an event. */
export function assertOwnRefresh(
  { events }: AuthContext,
  { ref, claims }: PresentedRefresh,
  from: { readonly client: Pick<OAuth2Client, 'id'>; readonly device: SessionClient },
): void {
  try {
    assertOwn(claims, from.client);
  } catch (error) {
    const { id: session, subject } = ref;
    events.emit('refresh.refused', { session, subject, client: from.device, code: 'token_not_valid' });
    throw error;
  }
}
