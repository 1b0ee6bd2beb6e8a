import type { StorePlace } from '../store/store-url.ts';

/** A configuration as it was found: the options of `createAuth`, checked by nobody yet, and what is known beside them. */
export interface Config {
  readonly options: Options;
  /** The store by its URL, where that is what names it. */
  readonly place?: StorePlace | { readonly kind: 'memory' };
  /** Whether the keys file may be read by others than its owner. */
  readonly keysFileOpen?: boolean;
  /** `false` where failed logins are known to go without limit. */
  readonly limitsLogins?: boolean;
}

export type Options = Readonly<Record<string, unknown>>;

/** What the rules judge. Lengths of time in seconds; `undefined` is what cannot be read, and core refuses that. */
export interface Facts {
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly isLocal: boolean;
  readonly accessTtl: number | undefined;
  readonly refreshTtl: number | undefined;
  readonly sessionTtl: number | undefined;
  readonly grace: number | undefined;
  readonly leeway: number | undefined;
  readonly clockSkew: number | undefined;
  readonly rotates: boolean;
  readonly isSliding: boolean;
  readonly revocation: unknown;
  readonly durability: unknown;
  readonly keys: readonly Key[];
  readonly hasRefreshKeys: boolean;
  /** Absent with header transport. */
  readonly cookie: CookieFacts | undefined;
  readonly store: StoreFacts;
  readonly keysFileOpen: boolean;
  readonly limitsLogins: boolean | undefined;
}

/** One key as it was given. */
export type Key = Options;

export interface CookieFacts {
  readonly path: string | undefined;
  readonly isHost: boolean;
  readonly isDevelopment: boolean;
  readonly origins: readonly string[];
}

export interface StoreFacts {
  readonly name: string | undefined;
  readonly durable: boolean | undefined;
  /** Its URL, for redis and postgres. */
  readonly url: string | undefined;
}
