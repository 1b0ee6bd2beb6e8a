import { forgetFresh, isFresh, noteFresh } from './freshness.ts';

/** An answer of the service. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The session has ended. */
export class SignedOutError extends Error {}

/** The service cannot be reached, or says that it cannot answer now. */
export class AwayError extends Error {}

/** All tabs of the browser take turns here: one refreshes, the others find that it is done. */
const LOCK = 'tokenpair-refresh';
const ANSWER_MS = 15_000;
/** A refresh is asked again for this long; within grace (30 s) it is always answered with the same successor. */
const INSIST_MS = 20_000;
const FIRST_PAUSE_MS = 300;
const ENDED: ReadonlySet<unknown> = new Set([
  'token_missing',
  'token_expired',
  'token_not_valid',
  'token_revoked',
]);

/** Asks the service as whoever is signed in; refreshes before when it is time. @throws SignedOutError, AwayError */
export async function ask(method: string, path: string, body?: object): Promise<Reply> {
  await freshen();
  const reply = await send(method, path, body);
  if (!isEnded(reply)) return reply;
  // Not as fresh as it seemed: a clock that jumped, or a session that was ended from elsewhere. A refresh tells.
  forgetFresh();
  await freshen();
  const again = await send(method, path, body);
  if (isEnded(again)) throw new SignedOutError();
  return again;
}

/** Signs in. The reply says whether it worked. @throws AwayError */
export async function signIn(username: string, password: string): Promise<Reply> {
  const reply = await send('POST', '/api/token/', { username, password });
  if (reply.status === 200) noteFresh(Number(reply.body['expires_in']));
  return reply;
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

async function freshen(): Promise<void> {
  if (isFresh()) return;
  await navigator.locks.request(LOCK, async () => {
    if (isFresh()) return; // another tab did it meanwhile
    const { body, status } = await insist('/api/token/refresh');
    if (status === 401) throw new SignedOutError();
    if (status !== 200) throw new AwayError();
    noteFresh(Number(body['expires_in']));
  });
}

/** Sends the same again while there is no answer: whether the one before was lost on its way there or back does not matter. */
async function insist(path: string): Promise<Reply> {
  const deadline = Date.now() + INSIST_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await send('POST', path);
    } catch (error) {
      if (!(error instanceof AwayError) || Date.now() + pause > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function send(method: string, path: string, body?: object): Promise<Reply> {
  const response = await fetch(path, {
    method,
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(away);
  if (response.status >= 500) throw new AwayError();
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
