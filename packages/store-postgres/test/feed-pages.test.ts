import { expect, it } from 'vitest';
import type { Row } from '../src/driver.ts';
import { readFeed } from '../src/feed.ts';
import { upTo } from './support.ts';

const STATE = ['10:20:', 'server-1', 'false'] as const;

const entry = (n: number, [snapshot, server, standby]: readonly string[] = STATE): Row => [
  ...[`s${n}`, null, '1', '2', 'logout', '7', String(n)],
  ...[snapshot ?? null, server ?? null, standby ?? null],
];
const nothing = (state: readonly string[] = STATE): Row => [...Array(7).fill(null), ...state];

/** A server that answers one read after the other from a list, and keeps what it was asked. */
function serverWith(pages: Row[][]) {
  const asked: (readonly unknown[])[] = [];
  const query = async (_: string, values: readonly unknown[] = []): Promise<Row[]> => {
    asked.push(values);
    return pages.shift() ?? [nothing()];
  };
  return { query, asked };
}

it('starts with the snapshot that sees nothing', async () => {
  const { query, asked } = serverWith([[nothing()]]);
  expect(await readFeed(query, '')).toEqual({
    revoked: [],
    position: { snapshot: '10:20:', server: 'server-1' },
  });
  expect(asked).toEqual([['1:1:', '0', '0', '1000']]);
});

it('goes on after the last entry of a full page', async () => {
  const { query, asked } = serverWith([upTo(1_000).map((n) => entry(n)), [entry(1_000)]]);
  expect((await readFeed(query, '')).revoked).toHaveLength(1_001);
  expect(asked[1]).toEqual(['1:1:', '7', '999', '1000']);
});

it('stands where the first page stood: a later page has not looked again at what lies before it', async () => {
  const { query } = serverWith([
    upTo(1_000).map((n) => entry(n)),
    [nothing(['15:30:', 'server-1', 'false'])],
  ]);
  expect((await readFeed(query, '')).position.snapshot).toBe('10:20:');
});

it('asks for what the last snapshot did not see, from its oldest open transaction on', async () => {
  const { query, asked } = serverWith([[nothing()]]);
  await readFeed(query, '', { snapshot: '10:20:10,12', server: 'server-1' });
  expect(asked).toEqual([['10:20:10,12', '10', '0', '1000']]);
});

it('starts over when the server is another one, also between two pages', async () => {
  const other = ['3:4:', 'server-2', 'false'];
  const { query } = serverWith([upTo(1_000).map((n) => entry(n)), [nothing(other)], [entry(5, other)]]);
  expect(await readFeed(query, '')).toMatchObject({
    revoked: [{ session: 's5' }],
    position: { snapshot: '3:4:', server: 'server-2' },
  });
});

it('refuses a standby', async () => {
  const { query } = serverWith([[nothing(['10:20:', 'server-1', 'true'])]]);
  await expect(readFeed(query, '')).rejects.toMatchObject({ code: 'standby' });
});
