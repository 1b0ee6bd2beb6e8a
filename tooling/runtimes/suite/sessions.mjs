// Refresh, reuse, logout and cookies over the memory store.
import { claimsOf, encode, equal, guarded, hmac, holds, makeAuth, refusalOf, SECRET } from './support.mjs';

const MINUTE = 60_000;

/** @returns {import('./support.mjs').Check[]} */
export function sessionChecks() {
  return Object.entries({
    'a refresh rotates, and its predecessor gets the same successor within grace': async () => {
      const { auth, clock, refresh } = await loggedIn();
      const first = await auth.refresh(refresh);
      clock.now += 29_000;
      equal((await auth.refresh(refresh)).refresh, first.refresh, 'the successor');
    },
    'five refreshes at once give one successor': async () => {
      const { auth, refresh } = await loggedIn();
      const pairs = await Promise.all(Array.from({ length: 5 }, () => auth.refresh(refresh)));
      equal(new Set(pairs.map((pair) => claimsOf(pair.refresh).gen)).size, 1, 'generations');
    },
    'a refresh token two generations behind ends the session': async () => {
      const { auth, refresh } = await loggedIn();
      const second = await auth.refresh(refresh);
      const third = await auth.refresh(second.refresh);
      equal(await refusalOf(() => auth.refresh(refresh)), 'refresh_token_reused 401');
      equal(await refusalOf(() => auth.refresh(third.refresh)), 'token_revoked 401');
      equal(await guarded(auth, third.access), 'token_revoked 401');
    },
    'a predecessor past grace ends the session': async () => {
      const { auth, clock, refresh } = await loggedIn();
      await auth.refresh(refresh);
      clock.now += MINUTE;
      equal(await refusalOf(() => auth.refresh(refresh)), 'refresh_token_reused 401');
    },
    'a logout ends access and refresh, and may be repeated': async () => {
      const { auth, access, refresh } = await loggedIn();
      await auth.logout(refresh);
      await auth.logout(refresh);
      equal(await guarded(auth, access), 'token_revoked 401');
      equal(await refusalOf(() => auth.refresh(refresh)), 'token_revoked 401');
    },
    'an access token expires, and a refresh token after a day idle': async () => {
      const { auth, clock, access, refresh } = await loggedIn();
      clock.now += 5 * MINUTE + 5_000;
      equal(await guarded(auth, access), 'token_expired 401');
      clock.now += 24 * 60 * MINUTE;
      equal(await refusalOf(() => auth.refresh(refresh)), 'token_expired 401');
    },
    'sessions are listed and ended': async () => {
      const { auth, access, session } = await loggedIn();
      equal(
        (await auth.sessions.list('1')).map(({ id }) => id),
        [session.id],
      );
      equal(await auth.sessions.revokeAll('1'), 1, 'ended');
      equal(await guarded(auth, access), 'token_revoked 401');
    },
    'a login by cookie carries the csrf cookie that HKDF gives, and a refresh needs it': async () => {
      const { auth } = makeAuth({ transport: 'cookie', cookie: { path: '/api/token' } });
      const answer = await auth.handle(post('/', [], { username: '1', password: 'correct horse' }));
      equal(answer.status, 200, 'the login');
      const cookies = answer.headers
        .filter(([name]) => name === 'set-cookie')
        .map(([, line]) => line.split(';')[0]);
      const [{ id }] = await auth.sessions.list('1');
      holds(cookies.includes(`__Host-csrf=${await csrfOf(id)}`), 'the csrf cookie is the expected MAC');
      const refreshWith = async (held) =>
        (await auth.handle(post('/refresh', ['Cookie', held.join('; ')]))).status;
      equal(await refreshWith(cookies), 200, 'the refresh');
      equal(await refreshWith(cookies.slice(0, 2)), 403, 'the refresh without');
    },
  }).map(([name, run]) => ({ name, run }));
}

async function loggedIn() {
  const made = makeAuth();
  return { ...made, ...(await made.auth.sessions.issue({ subject: '1' })) };
}

function post(path, headers, body) {
  const bytes = new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
  const rawHeaders = ['Content-Type', 'application/json', 'Sec-Fetch-Site', 'same-origin', ...headers];
  return { method: 'POST', path, rawHeaders, body: { read: async () => bytes } };
}

async function csrfOf(session) {
  const root = await crypto.subtle.importKey('raw', SECRET, 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode('tokenpair csrf cookie');
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const key = await crypto.subtle.deriveBits(algorithm, root, 256);
  return encode(await hmac(new Uint8Array(key), session));
}
