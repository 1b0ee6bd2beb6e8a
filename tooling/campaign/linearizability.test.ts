import { expect, it } from 'vitest';
import { runLinearizability } from './linearizability.ts';

it('finds nothing wrong with the memory store', async () => {
  const { checks } = await runLinearizability({ seed: 1, store: 'memory', sessions: 40 });
  expect(checks.flatMap(({ failures }) => failures)).toEqual([]);
});

it('finds an advance that is not atomic', async () => {
  const { checks } = await runLinearizability({ seed: 1, store: 'memory', sessions: 40, sabotage: true });
  expect(checks.flatMap(({ failures }) => failures).join()).toMatch(/advance/);
});
