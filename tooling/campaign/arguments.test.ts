import { expect, it } from 'vitest';
import { CAMPAIGNS, parseCampaignArguments, STORES } from './arguments.ts';

it('takes every store, a fifth of the full size and seed 1 when nothing is said', () => {
  expect(parseCampaignArguments(['model'])).toEqual({
    campaigns: ['model'],
    seed: 1,
    scale: 0.2,
    stores: STORES,
    scenarios: [],
    minutes: undefined,
    sabotage: false,
    resends: false,
  });
});

it('takes what is said', () => {
  const args = ['chaos', '--seed', '7', '--size', 'full', '--store', 'redis', '--store', 'sqlite'];
  const more = ['--scenario', 'outage', '--minutes', '0.5', '--sabotage', '--resends'];
  expect(parseCampaignArguments([...args, ...more])).toEqual({
    campaigns: ['chaos'],
    seed: 7,
    scale: 1,
    stores: ['sqlite', 'redis'],
    scenarios: ['outage'],
    minutes: 0.5,
    sabotage: true,
    resends: true,
  });
});

it('runs the whole set', () => {
  expect(parseCampaignArguments(['all']).campaigns).toEqual(CAMPAIGNS);
});

it('makes a twentieth of --ci, and prefers a --scale', () => {
  expect(parseCampaignArguments(['soak', '--ci']).scale).toBe(0.05);
  expect(parseCampaignArguments(['soak', '--ci', '--scale', '0.5']).scale).toBe(0.5);
});

it.each([
  [[]],
  [['model', 'soak']],
  [['nothing']],
  [['model', '--store', 'mysql']],
  [['model', '--size', 'huge']],
  [['model', '--seed', 'x']],
  [['model', '--seed', '']],
  [['model', '--seed', '1.5']],
  [['model', '--scale', '0']],
  [['model', '--minutes', '-1']],
  [['model', '--unknown']],
])('refuses %j', (args) => {
  expect(() => parseCampaignArguments(args)).toThrow(TypeError);
});
