import { expect, it } from 'vitest';
import { runModel } from './model.ts';

it('finds nothing wrong with the memory store', { timeout: 60_000 }, async () => {
  const { checks } = await runModel({ seed: 1, store: 'memory', runs: 40 });
  expect(checks.flatMap(({ failures }) => failures)).toEqual([]);
});

it('names the invariant that an advance which is not atomic breaks, with a short history', async () => {
  const { checks } = await runModel({ seed: 1, store: 'memory', runs: 40, sabotage: true });
  expect(checks.flatMap(({ failures }) => failures).join()).toMatch(
    /^I1 .*\n.*\n.*\n?.*refresh of session \d+, 0 back, \d at once/,
  );
});
