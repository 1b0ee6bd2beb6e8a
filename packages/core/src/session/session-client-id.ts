/**
 * The OAuth 2 client that a session was opened for. The record keeps it in `data` under the name of its claim, which no claim of the app's own
 * can have: so every store keeps it, and every token of the session says it, whoever has it made.
 *
 * @module
 */
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';

const NAME = 'client_id';

/** What a record keeps of the app's own claims and of the client. */
export function dataOf(own: JsonObject | undefined, client: string | undefined): JsonObject | undefined {
  return client === undefined ? own : { ...own, [NAME]: client };
}

/** The app's own claims at login; `undefined` where there were none. */
export function ownClaimsOf({ data }: Pick<Session, 'data'>): JsonObject | undefined {
  if (data === undefined || !Object.hasOwn(data, NAME)) return data;
  const { [NAME]: _client, ...own } = data;
  return Object.keys(own).length === 0 ? undefined : own;
}

/** The client of a session; `undefined` where it was opened for nobody in particular. */
export function clientIdOf({ data }: Pick<Session, 'data'>): string | undefined {
  const id = data !== undefined && Object.hasOwn(data, NAME) ? data[NAME] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** What a token of a session says of its client. */
export function clientClaim(session: Pick<Session, 'data'>): JsonObject {
  const id = clientIdOf(session);
  return id === undefined ? {} : { [NAME]: id };
}
