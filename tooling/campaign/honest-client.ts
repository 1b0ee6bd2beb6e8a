/**
 * A client that behaves: it keeps the newest token it was given, and where it gets no answer, or 503, it asks again with the same token
 * until it gets one. It notes everything it asked and heard, without the text of any token.
 *
 * @module
 */
import { type Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf, fingerprint } from './token-content.ts';

export type ExchangeKind = 'login' | 'refresh' | 'logout' | 'me';

/** One request and what came of it. Times in ms by the client's clock. */
export interface Exchange {
  readonly client: string;
  readonly kind: ExchangeKind;
  /** Absent for a login that brought none. */
  readonly session: string | undefined;
  /** Of the token presented. */
  readonly generation: number | undefined;
  readonly started: number;
  readonly ended: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly code?: string;
  readonly given?: { readonly generation: number; readonly print: string };
}

export interface HonestClientOptions {
  readonly name: string;
  readonly port: number;
  readonly password: string;
  readonly agent: Agent;
  readonly random: () => number;
  readonly log: Exchange[];
  /** Longest pause between two requests. @default 60 */
  readonly thinkMs?: number;
  /** How long it waits before it asks again, at most. @default 150 */
  readonly retryMs?: number;
}

export interface HeldSession {
  readonly id: string;
  readonly subject: string;
  /** Newest last. */
  readonly refresh: string[];
  access: string;
}

export interface HonestClient {
  readonly name: string;
  /** The session it holds, if it is logged in. */
  held(): HeldSession | undefined;
  /** Since when it has been asking without an answer. */
  waitingSince(): number | undefined;
  /** Asks once, with a refresh token of its choice. */
  present(session: HeldSession, token: string): Promise<Exchange>;
  /** Finishes what it is doing, and stays logged in. */
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: { readonly access?: string; readonly refresh?: string; readonly code?: string };
}

/**
 * How long a client that broke off a refresh itself goes without another. The request it gave up may still be under way in the app: met after
 * two more rotations its token is reuse by the table. Real clients refresh minutes apart.
 */
const CALM_MS = 3_000;

/** Starts at once. */
export function startHonestClient(options: HonestClientOptions): HonestClient {
  const { name, password, random, log, thinkMs = 60, retryMs = 150 } = options;
  let held: HeldSession | undefined;
  let waiting: number | undefined;
  let stopping = false;
  let calmUntil = 0;

  async function exchange(
    kind: ExchangeKind,
    session: HeldSession | undefined,
    token?: string,
    patience?: number,
  ): Promise<{ noted: Exchange; reply: Reply | undefined }> {
    const started = performance.now();
    const reply = await send(options, { kind, name, password, token, patience }).catch(() => undefined);
    const noted = note({ client: name, kind, session, token, started, reply });
    log.push(noted);
    return { noted, reply };
  }

  /** Asks until there is an answer that says something; the first try of a refresh may be broken off by the client itself. */
  async function insist(
    kind: ExchangeKind,
    session?: HeldSession,
    token?: string,
  ): Promise<Reply | undefined> {
    let patience = kind === 'refresh' && random() < 0.015 ? random() * 8 : undefined;
    if (patience !== undefined) calmUntil = performance.now() + CALM_MS;
    waiting = performance.now();
    for (;;) {
      const { reply } = await exchange(kind, session, token, patience);
      if (reply !== undefined && reply.status !== 503) {
        waiting = undefined;
        return reply;
      }
      patience = undefined;
      await sleep(10 + random() * retryMs);
    }
  }

  async function refresh(session: HeldSession): Promise<boolean> {
    const token = session.refresh.at(-1);
    // A second tab now and then.
    const second = random() < 0.1 ? exchange('refresh', session, token) : undefined;
    const reply = await insist('refresh', session, token);
    await second;
    if (reply?.status !== 200) return false;
    session.refresh.push(reply.body.refresh ?? '');
    if (session.refresh.length > 4) session.refresh.shift();
    session.access = reply.body.access ?? '';
    return true;
  }

  async function useSession(session: HeldSession): Promise<void> {
    for (let left = 3 + Math.floor(random() * 25); left > 0 && !stopping; left -= 1) {
      await sleep(random() * thinkMs);
      if (random() < 0.7 && performance.now() > calmUntil) {
        if (!(await refresh(session))) return;
      } else await insist('me', session, session.access);
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const reply = await insist('login');
      if (reply?.status !== 200) continue;
      const { access = '', refresh: first = '' } = reply.body;
      const { sid, sub } = contentOf(first);
      const session = { id: sid, subject: sub, refresh: [first], access };
      held = session;
      await useSession(session);
      if (stopping) return;
      const newest = session.refresh.at(-1);
      await insist('logout', session, newest);
      held = undefined;
      if (random() < 0.5) await insist('refresh', session, newest);
      else await insist('me', session, session.access);
    }
  }

  const running = run();
  return {
    name,
    held: () => held,
    waitingSince: () => waiting,
    present: async (session, token) => (await exchange('refresh', session, token)).noted,
    async stop() {
      stopping = true;
      await running;
    },
  };
}

interface Told {
  readonly client: string;
  readonly kind: ExchangeKind;
  readonly session: HeldSession | undefined;
  readonly token: string | undefined;
  readonly started: number;
  readonly reply: Reply | undefined;
}

function note({ client, kind, session, token, started, reply }: Told): Exchange {
  const given = reply?.body.refresh;
  return {
    client,
    kind,
    session: session?.id ?? (given === undefined ? undefined : contentOf(given).sid),
    generation: token === undefined || kind === 'me' ? undefined : contentOf(token).gen,
    started,
    ended: performance.now(),
    status: reply?.status ?? 0,
    ...(reply?.body.code === undefined ? {} : { code: reply.body.code }),
    ...(given === undefined
      ? {}
      : { given: { generation: contentOf(given).gen, print: fingerprint(given) } }),
  };
}

interface Message {
  readonly kind: ExchangeKind;
  readonly name: string;
  readonly password: string;
  readonly token: string | undefined;
  /** Breaks off after this many ms. @default 10,000 */
  readonly patience: number | undefined;
}

const PATHS: Readonly<Record<ExchangeKind, string>> = {
  login: '/api/token',
  refresh: '/api/token/refresh',
  logout: '/api/token/logout',
  me: '/me',
};

/** Rejects when there is no whole answer. */
function send({ port, agent }: HonestClientOptions, message: Message): Promise<Reply> {
  const { kind, name: username, password, token, patience = 10_000 } = message;
  const body = kind === 'login' ? { username, password } : { refresh: token };
  const isGet = kind === 'me';
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        path: PATHS[kind],
        method: isGet ? 'GET' : 'POST',
        headers: isGet ? { authorization: `Bearer ${token}` } : { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(Math.max(1, Math.round(patience))),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (!response.complete) reject(new Error('half an answer'));
          else resolve({ status: response.statusCode ?? 0, body: parse(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(isGet ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body'];
  } catch {
    return {};
  }
}
