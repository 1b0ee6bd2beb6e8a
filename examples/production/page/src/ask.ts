import { forgetFresh, isFresh, noteFresh, seemFresh } from './freshness.ts';

/** An answer of the service. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The session has ended. */
export class SignedOutError extends Error {}

/** The service cannot be reached, or says that it cannot answer now. */
export class AwayError extends Error {}

/** The service has no room at this moment: it has done nothing of what was asked. */
class NoRoomError extends AwayError {}

/** No answer came to what must not be asked twice: it may have been done, or be done yet, or not. */
class UnknownOutcomeError extends Error {}

/** All tabs of the browser take turns here with what sets cookies: one refreshes, the others find that it is done. */
const LOCK = 'tokenpair-refresh';
const ANSWER_MS = 15_000;
/** A refresh is asked again for this long; within grace (30 s) it is always answered with the same successor. */
const INSIST_MS = 20_000;
const FIRST_PAUSE_MS = 300;
/** After so long whatever was sent is over: longer than nginx waits for a worker (`proxy_read_timeout`, 10 s), and well within grace. */
const OVER_MS = 12_000;
const ENDED: ReadonlySet<unknown> = new Set([
  'token_missing',
  'token_expired',
  'token_not_valid',
  'token_revoked',
]);

/** Asks the service as whoever is signed in; refreshes before when it is time. @throws SignedOutError, AwayError */
export async function ask(method: string, path: string, body?: object): Promise<Reply> {
  await freshen();
  return insistOnAccess(() => send(method, path, body), freshen);
}

/** Signs in. The reply says whether it worked. @throws AwayError */
export async function signIn(username: string, password: string): Promise<Reply> {
  return navigator.locks.request(LOCK, async () => {
    const reply = await send('POST', '/api/token/', { username, password });
    if (reply.status === 200) noteFresh(Number(reply.body['expires_in']));
    return reply;
  });
}

/**
 * Changes the password, which gives this session new tokens. The reply says whether it worked; `undefined` when no answer came and nobody knows.
 *
 * @param onDoubt - told at once of that; this page then waits until it is over on the other side
 * @throws SignedOutError, AwayError when it was not asked for
 */
export async function changePassword(
  old: string,
  password: string,
  onDoubt: () => void,
): Promise<Reply | undefined> {
  await freshen();
  return navigator.locks.request(LOCK, async () => {
    let sentAt = 0;
    const change = (): Promise<Reply> => {
      sentAt = performance.now();
      return send('POST', '/api/me/password', { old, password }).catch(doubt);
    };
    try {
      const reply = await insistOnAccess(change, refresh);
      if (reply.status === 200) noteFresh(Number(reply.body['expires_in']));
      return reply;
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError)) throw error;
      onDoubt();
      await settle(sentAt + OVER_MS - performance.now());
      return undefined;
    }
  });
}

function doubt(cause: unknown): never {
  if (!(cause instanceof AwayError) || cause instanceof NoRoomError) throw cause;
  throw new UnknownOutcomeError('no answer', { cause });
}

/**
 * Gets the tokens of a change that may have been done: those here are then the ones of before, which bring the new ones within grace, and look like a
 * theft after it. Not while it may still be under way: those of a refresh before it would be two generations behind after it.
 */
async function settle(ms: number): Promise<void> {
  seemFresh(ms); // so that nobody else refreshes before, and somebody does after it when this page is closed meanwhile
  await pause(ms);
  forgetFresh();
  await refresh().catch((error: unknown) => {
    if (!(error instanceof AwayError)) throw error; // the next to ask refreshes first
  });
}

/** Ends the session. When this resolves it has ended. @throws AwayError */
export async function signOut(): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    const { status } = await insist('/api/token/logout');
    // Nothing else says that the session has ended.
    if (status !== 200 && status !== 401) throw new AwayError();
    forgetFresh();
  });
}

/** Sends the same again, once, where the access token was not as fresh as it seemed: a clock that jumped, or a session that was ended from elsewhere. */
async function insistOnAccess(send: () => Promise<Reply>, renew: () => Promise<void>): Promise<Reply> {
  const reply = await send();
  if (!isEnded(reply)) return reply;
  forgetFresh();
  await renew(); // this tells
  const again = await send();
  if (isEnded(again)) throw new SignedOutError();
  return again;
}

async function freshen(): Promise<void> {
  if (isFresh()) return;
  await navigator.locks.request(LOCK, async () => {
    if (!isFresh()) await refresh(); // else another tab did it meanwhile
  });
}

/** Only with the lock. */
async function refresh(): Promise<void> {
  const { body, status } = await insist('/api/token/refresh');
  if (status === 401) throw new SignedOutError();
  if (status !== 200) throw new AwayError();
  noteFresh(Number(body['expires_in']));
}

/** Sends the same again while there is no answer: whether the one before was lost on its way there or back does not matter. */
async function insist(path: string): Promise<Reply> {
  const deadline = Date.now() + INSIST_MS;
  for (let ms = FIRST_PAUSE_MS; ; ms *= 2) {
    try {
      return await send('POST', path);
    } catch (error) {
      if (!(error instanceof AwayError) || Date.now() + ms > deadline) throw error;
    }
    await pause(ms);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function send(method: string, path: string, body?: object): Promise<Reply> {
  const response = await fetch(path, {
    method,
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(away);
  if (response.status >= 500) throw response.headers.has('x-no-room') ? new NoRoomError() : new AwayError();
  const text = await response.text().catch(away);
  return { status: response.status, body: text === '' ? {} : parse(text) };
}

/** A page of the server's own in the place of an answer says nothing of the session. */
function parse(text: string): Reply['body'] {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return away(cause);
  }
}

function isEnded({ body, status }: Reply): boolean {
  return status === 401 && ENDED.has(body['code']);
}

function away(cause: unknown): never {
  throw new AwayError('no answer', { cause });
}
