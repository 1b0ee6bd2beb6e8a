import type { JsonObject } from '../json.ts';
import type { MaybePromise } from '../maybe-promise.ts';

/** Whether what a verified token speaks for is still on. */
export interface LiveCheck {
  /**
   * @throws TokenRevokedError; StoreUnavailableError or BackendUnavailableError where there is no telling; TokenNotValidError for a token that names
   *   no session, where that is what is asked about
   */
  assert(claims: JsonObject, token: string): MaybePromise<void>;
  close(): Promise<void>;
}
