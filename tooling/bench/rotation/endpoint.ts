/** The whole refresh over HTTP, on Express and SQLite with synchronous FULL, 64 in flight, beside its parts: what each keeps the service busy. @module */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../figures.ts';
import { toFigure } from '../statistics.ts';
import type { EndpointAnswer, EndpointQuestion } from './endpoint-messages.ts';
import { CLIENT } from './fleet.ts';

export const ENDPOINT = 'refresh over HTTP, SQLite synchronous FULL, HS256, 64 in flight: busy a request';
export const WHOLE = 'the whole: POST /refresh on Express';

const PROGRAM = fileURLToPath(new URL('endpoint-server.ts', import.meta.url));
const CONNECTIONS = 64;
const ROUNDS = 7;
const BARE = 'HTTP alone: a route of Express, the same bytes';
const PARTS = [
  'verify a refresh token',
  'advance in the store',
  'sign an access and a refresh token',
  'auth.refresh',
] as const;

type Ask = (question: EndpointQuestion) => Promise<EndpointAnswer>;

export async function measureEndpoint(seconds: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-bench-'));
  const child = fork(PROGRAM, [join(folder, 'sessions.db')]);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    const { first, ask } = channelTo(child);
    const { port = 0 } = await first;
    const { tokens = [] } = await ask({ kind: 'tokens', count: CONNECTIONS });
    const target = { port, agent, tokens, ms: (seconds * 1_000) / ROUNDS / (PARTS.length + 2) };
    return await measureParts(target, ask);
  } finally {
    agent.destroy();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Target {
  readonly port: number;
  readonly agent: Agent;
  /** One of each connection. */
  readonly tokens: string[];
  readonly ms: number;
}

async function measureParts(target: Target, ask: Ask): Promise<Figure[]> {
  const samples: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sample: Record<string, number> = {};
    for (const part of PARTS)
      sample[part] = (await ask({ kind: 'part', part, ms: target.ms })).microseconds ?? Number.NaN;
    sample[BARE] = await busyOf(target, '/bare', ask);
    sample[WHOLE] = await busyOf(target, '/api/token/refresh', ask);
    if (round > 0) samples.push(withRest(sample));
  }
  return Object.keys(samples[0] ?? {}).map((name) =>
    toFigure(
      { group: ENDPOINT, name, unit: 'us' },
      samples.map((sample) => sample[name] ?? Number.NaN),
    ),
  );
}

/** The parts, and what they leave of the whole. */
function withRest(sample: Readonly<Record<string, number>>): Record<string, number> {
  const [verify = 0, advance = 0, sign = 0, refresh = 0] = PARTS.map((part) => sample[part]);
  const [bare = 0, whole = 0] = [sample[BARE], sample[WHOLE]];
  return {
    ...sample,
    'rest of auth.refresh: judging, claims, events, promises': refresh - verify - advance - sign,
    'rest of the whole: the adapter, reading and writing the messages': whole - bare - refresh,
  };
}

/** How long one request keeps the service busy, in µs. */
async function busyOf({ port, agent, tokens, ms }: Target, path: string, ask: Ask): Promise<number> {
  const before = (await ask({ kind: 'busy' })).busyMs ?? Number.NaN;
  const end = performance.now() + ms;
  let done = 0;
  const caller = async (n: number): Promise<void> => {
    while (performance.now() < end) {
      const answer = await post({ port, agent, path }, { refresh: tokens[n] ?? '' });
      if (typeof answer['refresh'] !== 'string') throw new Error(`a refresh was refused: ${answer['code']}`);
      tokens[n] = answer['refresh'];
      done += 1;
    }
  };
  await Promise.all(tokens.map((_, n) => caller(n)));
  const after = (await ask({ kind: 'busy' })).busyMs ?? Number.NaN;
  return ((after - before) * 1_000) / done;
}

function post(
  to: { readonly port: number; readonly agent: Agent; readonly path: string },
  body: object,
): Promise<Record<string, unknown>> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'user-agent': CLIENT.userAgent,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', method: 'POST', headers, ...to }, (res) => {
      let answer = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        answer += chunk;
      });
      res.on('end', () => resolve(JSON.parse(answer)));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** Asks the child one question after the other; its first answer is unasked. */
function channelTo(child: ChildProcess): { readonly first: Promise<EndpointAnswer>; readonly ask: Ask } {
  let settle: ((answer: EndpointAnswer) => void) | undefined;
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`the service ended with ${code}`);
  });
  ended.catch(() => undefined); // also when nobody is asking: it is killed in the end
  const next = (): Promise<EndpointAnswer> => {
    const answer = new Promise<EndpointAnswer>((resolve) => {
      settle = resolve;
    });
    return Promise.race([answer, ended]);
  };
  child.on('message', (message) => settle?.(message as EndpointAnswer));
  const ask: Ask = (question) => {
    const answer = next();
    child.send(question);
    return answer;
  };
  return { first: next(), ask };
}
