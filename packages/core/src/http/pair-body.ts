import type { TokenPair } from '../session/token-pair.ts';

/** A pair as the token endpoints send it. */
export interface PairBody {
  readonly access: string;
  readonly refresh?: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly refresh_expires_in?: number;
}

/** In this order; without rotation there is no `refresh`. */
export function toPairBody({
  access,
  refresh,
  expiresIn,
  refreshExpiresIn,
}: Omit<TokenPair, 'session'>): PairBody {
  return {
    access,
    ...(refresh === undefined ? {} : { refresh }),
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(refreshExpiresIn === undefined ? {} : { refresh_expires_in: refreshExpiresIn }),
  };
}

/** The one token of sliding mode as the token endpoints send it. */
export interface SlidingBody {
  readonly token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly refresh_expires_in: number;
}

/** In this order. */
export function toSlidingBody({ access, expiresIn, refreshExpiresIn = 0 }: TokenPair): SlidingBody {
  return {
    token: access,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_expires_in: refreshExpiresIn,
  };
}
