import { TokenNotValidError } from '../errors/errors.ts';
import { clientIn } from '../oauth2/bound-client.ts';
import { endSessions } from '../session/end-session.ts';
import { logIn } from '../session/open-session.ts';
import { refreshSession } from '../session/refresh-session.ts';
import { assertAcceptable } from '../session/verify-any.ts';
import { jsonAnswer } from './answer.ts';
import { clientOf } from './client-of.ts';
import type { Endpoint } from './endpoint.ts';
import { pairAnswer } from './pair-answer.ts';
import { readFields, requireText } from './read-fields.ts';
import { takeRefreshToken, takeReplacedSession } from './refresh-credential.ts';

/** `POST /`: credentials for a pair. A login that comes with the refresh cookie of a session ends that session. */
export const obtain: Endpoint = async (context, request) => {
  const credentials = requireText(await readFields(request), context.options.loginFields);
  const replaced = await takeReplacedSession(context, request);
  return pairAnswer(context, await logIn(context, credentials, clientOf(request), { replaced }));
};

/** `POST /refresh`: a refresh token for a new pair. */
export const refresh: Endpoint = async (context, request) => {
  const presented = await takeRefreshToken(context, request);
  // Nobody is authenticated here: one that was issued to an OAuth 2 client is not for this endpoint, and its session lives on.
  if (clientIn(presented.claims) !== undefined) throw new TokenNotValidError();
  return pairAnswer(context, await refreshSession(context, presented, clientOf(request)));
};

/**
 * `POST /logout`, `POST /blacklist`: ends the session of a refresh token, whichever generation it is, an expired one included.
 * Idempotent; grace has no say.
 */
export const logout: Endpoint = async (context, request) => {
  const { ref } = await takeRefreshToken(context, request, { allowExpired: true });
  await endSessions(context, ref, 'logout');
  return jsonAnswer({}, context.cookies?.clear);
};

/** `POST /verify`: whether a token, access or refresh, would be accepted now. */
export const verify: Endpoint = async (context, request) => {
  const { token } = requireText(await readFields(request), ['token']);
  await assertAcceptable(context, token);
  return jsonAnswer({});
};
