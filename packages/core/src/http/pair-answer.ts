import { oauth2PairAnswer } from '../oauth2/token-answer.ts';
import type { AuthContext } from '../session/auth-context.ts';
import type { TokenPair } from '../session/token-pair.ts';
import { type AuthAnswer, jsonAnswer } from './answer.ts';
import { toPairBody, toSlidingBody } from './pair-body.ts';

/** Past this a stock nginx is near its 4 kB for response headers, and answers 502 beyond them. */
const LARGE_COOKIES_BYTES = 3500;

/** Hands a pair out by the auth's wire and transport: in the body, or in cookies and then not in the body. */
export async function pairAnswer(
  { cookies, events, options }: AuthContext,
  pair: TokenPair,
): Promise<AuthAnswer> {
  if (options.wire === 'oauth2') return oauth2PairAnswer(pair);
  if (options.mode === 'sliding') return jsonAnswer(toSlidingBody(pair));
  const body = toPairBody(pair);
  if (cookies === undefined) return jsonAnswer(body);
  const { access: _access, refresh: _refresh, ...rest } = body;
  const lines = await cookies.set(pair);
  const bytes = lines.reduce((sum, [, value]) => sum + value.length, 0);
  if (bytes > LARGE_COOKIES_BYTES) {
    events.emit('cookies.large', { session: pair.session.id, subject: pair.session.subject, bytes });
  }
  return jsonAnswer(rest, lines);
}
