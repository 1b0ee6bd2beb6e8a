import type { Session } from '../store.ts';

/** What a login or a refresh gives. In sliding mode `access` and `refresh` are one and the same token. */
export interface TokenPair {
  readonly access: string;
  /** Seconds the access token lives. */
  readonly expiresIn: number;
  /** Absent when a refresh did not rotate. */
  readonly refresh?: string;
  /** Seconds until the refresh token expires if it is not used. */
  readonly refreshExpiresIn?: number;
  /** The session's record as it stood when the pair was made. */
  readonly session: Session;
}
