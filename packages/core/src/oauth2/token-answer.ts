import { decodeText } from '#engine';
import { type AuthAnswer, jsonAnswer } from '../http/answer.ts';
import type { HeaderLine } from '../http/messages.ts';
import type { TokenPair } from '../session/token-pair.ts';
import { parseStrictObject } from '../token/strict-json.ts';

/** For the caches of HTTP/1.0 (RFC 6749 §5.1). */
export const NO_CACHE: HeaderLine = Object.freeze(['pragma', 'no-cache'] as const);

/** A pair as RFC 6749 §5.1 has it. */
export interface OAuth2Body {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  /** Absent without rotation: the one that the client has stays good. */
  readonly refresh_token?: string;
  /** Of the access token, whether it was asked for or not; absent when it has none. */
  readonly scope?: string;
}

/** In this order. */
export function toOAuth2Body({ access, expiresIn, refresh }: TokenPair): OAuth2Body {
  const scope = scopeIn(access);
  return {
    access_token: access,
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** A pair that no cache keeps. */
export function oauth2PairAnswer(pair: TokenPair): AuthAnswer {
  return jsonAnswer(toOAuth2Body(pair), [NO_CACHE]);
}

/** The token is our own, just signed: what it says is what was granted. */
function scopeIn(access: string): string | undefined {
  const [, payload = ''] = access.split('.');
  const scope = parseStrictObject(decodeText(payload) ?? '')?.['scope'];
  return typeof scope === 'string' ? scope : undefined;
}
