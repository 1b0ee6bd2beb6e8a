/** Behind proxies the frameworks and `clientAddress` take the same entry of X-Forwarded-For. `npm test` builds the examples first. */
import { clientAddress } from '@tokenpair/core/login-limits';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FRAMEWORKS } from '../../examples/shared/test/support/example-process.ts';
import { exchange } from './raw-exchange.ts';
import { type RunningExample, startExample } from './running-example.ts';

vi.setConfig({ hookTimeout: 240_000 });

const PEER = '127.0.0.1';
const HEADERS: readonly (readonly string[])[] = [
  [],
  ['203.0.113.7'],
  ['198.51.100.1, 203.0.113.7'],
  ['198.51.100.1,127.0.0.1 ,  203.0.113.7'],
  ['198.51.100.1', '203.0.113.7'],
  ['a, b, 198.51.100.1', '203.0.113.7, 192.0.2.1'],
  ['unknown, 203.0.113.7'],
  ['203.0.113.7, unknown'],
  ['198.51.100.1, 203.0.113.7:443, [2001:db8::7]:443'],
  ['2001:DB8::7, ::ffff:203.0.113.7'],
  ['203.0.113.7, fe80::1%eth0'],
];

const plain = clientAddress({ hops: 0 });

describe.each(['off', '1', '2'])('with TRUST_PROXY=%s', (TRUST_PROXY) => {
  let examples: readonly RunningExample[] = [];
  const addressOf = clientAddress({ hops: TRUST_PROXY === 'off' ? 0 : Number(TRUST_PROXY) });

  beforeAll(async () => {
    const env = { STORE_URL: 'memory:', TRUST_PROXY };
    examples = await Promise.all(FRAMEWORKS.map((framework) => startExample(framework, env)));
  });
  afterAll(() => Promise.all(examples.map((example) => example.stop())));

  it.each(HEADERS.map((values, index) => [index, values] as const))(
    'every framework sees the client of %i: %j',
    async (index, values) => {
      const lines = values.map((value) => `X-Forwarded-For: ${value}\r\n`).join('');
      const path = `/nowhere/${index}`;
      const bytes = Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${lines}\r\n`,
      );
      const expected = addressOf(
        values.flatMap((value) => ['X-Forwarded-For', value]),
        PEER,
      );
      for (const { framework, port, logged } of examples) {
        await exchange(port, bytes, { methods: ['GET'] });
        const line = await vi.waitUntil(() => logged().find((one) => one['path'] === path), 10_000);
        expect([framework, plain([], String(line['ip']))]).toEqual([framework, expected]);
      }
    },
  );
});
