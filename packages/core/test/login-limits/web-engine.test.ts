import { expect, it, vi } from 'vitest';
import { createMac } from '../../src/engine/node.ts';
import { deskOf, HOME, memory, tries } from './support.ts';

vi.mock('#engine', () => import('../../src/engine/jose.ts'));

it('login limits without node:crypto count the same, under the same keys', async () => {
  const pair = memory(2);
  expect(await tries(deskOf({ pair }), 3)).toEqual(['wrong', 'wrong', 'rate_limited']);
  const mac = createMac(new TextEncoder().encode('keys of limits that have no secret'), 'login limits');
  expect(pair.dump().storage.map(({ key }) => key)).toEqual([
    await mac(JSON.stringify(['pair', 'ada', `${HOME}/32`])),
  ]);
});
