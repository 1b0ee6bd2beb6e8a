/** Whatever a client sends, the three examples answer it alike. `npm test` builds them first. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Env, FRAMEWORKS } from '../../examples/shared/test/support/example-process.ts';
import { masked } from './masked.ts';
import { type Exchange, exchange } from './raw-exchange.ts';
import { keptFrom, type Row, toBytes, type World } from './request-row.ts';
import { type RunningExample, startExample } from './running-example.ts';
import { COOKIE_TABLE } from './table/cookie-table.ts';
import { HEADER_TABLE } from './table/header-table.ts';
import { SETTINGS_TABLE } from './table/settings-table.ts';

vi.setConfig({ hookTimeout: 240_000 });

/** Sent on the same connection after each request, so that its answer shows in which state the connection was left. */
const LAST = Buffer.from('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');

const COOKIES: Env = { STORE_URL: 'memory:', TRANSPORT: 'cookie', ORIGINS: 'https://app.example.com' };
const OTHERS: Env = {
  STORE_URL: 'memory:',
  ALG: 'ES256',
  ROTATE: 'false',
  REVOCATION: 'none',
  LOGIN_RATE: '3/m',
  TRUST_PROXY: '1',
};

const TABLES: readonly (readonly [name: string, env: Env, rows: readonly Row[]])[] = [
  ['tokens in headers', { CLIENTS: 'gateway:s3cret' }, HEADER_TABLE],
  ['tokens in cookies', COOKIES, COOKIE_TABLE],
  ['other settings', OTHERS, SETTINGS_TABLE],
];

describe.each(TABLES)('the three examples, %s', (_name, env, rows) => {
  let examples: readonly RunningExample[] = [];
  let exchanges: readonly (readonly Exchange[])[] = [];

  beforeAll(async () => {
    examples = await Promise.all(FRAMEWORKS.map((framework) => startExample(framework, env)));
    exchanges = await Promise.all(examples.map(({ port }) => sendAll(port, rows)));
  });

  afterAll(() => Promise.all(examples.map((example) => example.stop())));

  it.each(rows.map(({ name, status }, index) => [index, name, status] as const))(
    'answer %i: %s with %i',
    (index, _row, status) => {
      const [express, koa, fastify] = exchanges.map((all) => all[index] as Exchange);
      const final = express?.answers.find((answer) => answer.status >= 200);
      expect(final?.status).toBe(status);
      expect({ koa: koa && masked(koa) }).toEqual({ koa: express && masked(express) });
      expect({ fastify: fastify && masked(fastify) }).toEqual({ fastify: express && masked(express) });
    },
  );

  it('log the same requests and events', async () => {
    // A request's line is written after its answer.
    await vi.waitFor(() => {
      const [express = [], koa, fastify] = examples.map((example) => example.logged().map(toLogLine).sort());
      expect(express.length).toBeGreaterThan(rows.length);
      expect(koa).toEqual(express);
      expect(fastify).toEqual(express);
      expect(express.filter((line) => line.includes('"status":5'))).toEqual([]);
    }, 10_000);
  });
});

async function sendAll(port: number, rows: readonly Row[]): Promise<readonly Exchange[]> {
  const world: World = new Map();
  const exchanges: Exchange[] = [];
  for (const row of rows) {
    const bytes = toBytes(row, world);
    const all = row.alone ? bytes : Buffer.concat([bytes, LAST]);
    const sent = await exchange(port, all, { methods: [row.method, 'GET'] });
    const [answer] = sent.answers;
    if (row.keep !== undefined && answer?.status === 200) world.set(row.keep, keptFrom(answer));
    exchanges.push(sent);
  }
  return exchanges;
}

/** What a line says, but for times, ids and tokens' ends. */
function toLogLine(line: Readonly<Record<string, unknown>>): string {
  const { method, path, status, code, ip, event, reason, aborted } = line;
  const named = typeof path === 'string' ? path.replace(/(sessions\/)[\w%-]{20,}/, '$1<id>') : path;
  return JSON.stringify({ method, path: named, status, code, ip, event, reason, aborted });
}
