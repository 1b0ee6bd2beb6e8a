import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type FrontDoor, openFrontDoor } from '../src/cluster/front-door.ts';
import type { Member } from '../src/cluster/member.ts';

const LONGEST_WAIT_MS = 200;
/** For a busy machine; far below the bound of production. */
const BUSY_MS = 3_000;

async function open(next: () => Member | undefined): Promise<FrontDoor> {
  const door = await openFrontDoor({ host: '127.0.0.1', port: 0 }, next, LONGEST_WAIT_MS);
  onTestFinished(() => door.close());
  return door;
}

function visit({ port }: FrontDoor): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

it('ends a connection that no worker takes in time, and not before', async () => {
  const door = await open(() => undefined);
  const began = performance.now();
  const socket = visit(door);
  await vi.waitUntil(() => door.waiting() === 1, { interval: 5 });
  await once(socket, 'close');
  const waitedMs = performance.now() - began;
  expect(waitedMs).toBeGreaterThan(LONGEST_WAIT_MS - 5);
  expect(waitedMs).toBeLessThan(LONGEST_WAIT_MS + BUSY_MS);
  expect(door.waiting()).toBe(0);
});

it('hands out what waits when a worker can serve, which is left alone from then on', async () => {
  const taken: Socket[] = [];
  const take = (socket: Socket): void => void taken.push(socket);
  let member: Member | undefined;
  const door = await open(() => member);
  const visitors = [visit(door), visit(door)];
  await vi.waitUntil(() => door.waiting() === 2, { interval: 5 });
  member = { take } as unknown as Member;
  door.admit();
  expect([taken.length, door.waiting()]).toEqual([2, 0]);
  // One that comes later and waits is ended after those two would have been.
  member = undefined;
  await once(visit(door), 'close');
  expect([...visitors, ...taken].map(({ destroyed }) => destroyed)).toEqual([false, false, false, false]);
  for (const socket of taken) socket.destroy();
});

it('takes back what a worker lost, and gives it to the next', async () => {
  const taken: Socket[] = [];
  const losing = (_socket: Socket, onLost: () => void): void => onLost();
  const keeping = (socket: Socket): void => void taken.push(socket);
  const turns = [losing, keeping].map((take) => ({ take }) as unknown as Member);
  const door = await open(() => turns.shift());
  visit(door);
  await vi.waitUntil(() => taken.length === 1);
  expect(door.waiting()).toBe(0);
  taken[0]?.destroy();
});
