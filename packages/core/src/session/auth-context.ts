import type { GuardedHooks } from '../backends/guarded-hooks.ts';
import type { GuardedStore } from '../backends/guarded-store.ts';
import type { Outages } from '../backends/outages.ts';
import type { RevocationFeed } from '../backends/revocation-feed.ts';
import type { StorePromises } from '../backends/store-promises.ts';
import type { ClaimsReader } from '../claims/claims-reader.ts';
import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { CookieTransport } from '../cookie/cookie-transport.ts';
import type { AuthEventHub } from '../events/events.ts';
import type { AccessReader } from '../guard/access-reader.ts';
import type { CredentialReader } from '../http/credentials.ts';
import type { HeaderTable } from '../token/header-table.ts';
import type { TokenKind } from '../token/token-kind.ts';
import type { RandomId } from './random-id.ts';

/** What the parts of one auth share; made once by `createAuth`. */
export interface AuthContext {
  readonly options: ResolvedAuthOptions;
  readonly store: GuardedStore;
  /** What the store was away for, as far as this process saw. */
  readonly outages: Outages;
  /** What the store cannot promise. */
  readonly promises: StorePromises;
  /** Present with `revocation: 'feed'`. */
  readonly feed: RevocationFeed | undefined;
  readonly hooks: GuardedHooks;
  readonly events: AuthEventHub;
  /** The app's say in the claims of access tokens. */
  readonly claims: ClaimsReader;
  /** Absent where tokens travel in headers and bodies alone. */
  readonly cookies: CookieTransport | undefined;
  /** Finds the access token of a request, in the places that hold for the app. */
  readonly readCredential: CredentialReader;
  readonly headers: HeaderTable;
  readonly randomId: RandomId;
  readonly access: TokenKind;
  /** Who an access token speaks for, for guards. */
  readonly readAccess: AccessReader;
  readonly refresh: TokenKind;
}
