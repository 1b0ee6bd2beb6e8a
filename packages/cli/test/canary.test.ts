import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';
import { expect, it } from 'vitest';
import { toOutcome } from '../src/commands/store-check.ts';
import { flyCanary } from '../src/store/canary.ts';
import { paintFor } from '../src/text/paint.ts';
import { NOW } from './support.ts';

const plain = paintFor({ env: {}, outIsTerminal: false });

async function wrongSteps(broken: Partial<TokenStore>): Promise<readonly string[]> {
  const canary = await flyCanary({ ...memoryStore(), ...broken }, NOW);
  return canary.filter(({ ok }) => !ok).map(({ step }) => step);
}

it('a store that does what it has to gets through', async () => {
  expect(await wrongSteps({})).toEqual([]);
});

it.each<[string, Partial<TokenStore>, readonly string[]]>([
  ['forgets', { find: async () => undefined }, ['find']],
  ['does not rotate', { advance: async () => undefined }, ['advance']],
  ['lists nothing', { list: async () => [] }, ['list']],
  ['knows nobody', { isLive: async () => false }, ['is live']],
  ['lets ended sessions live', { isLive: async () => true }, ['stays ended']],
  ['blacklists nothing', { blacklist: async () => false }, ['blacklist']],
  ['takes an id twice', { blacklist: async () => true }, ['blacklist once only']],
  ['ends nothing', { revoke: async () => 0 }, ['revoke', 'stays ended']],
])('a store that %s is found out', async (_title, broken, steps) => {
  expect(await wrongSteps(broken)).toEqual(steps);
});

it('a store that rotates one generation twice is found out', async () => {
  const store = memoryStore();
  const advance: TokenStore['advance'] = async (ref, from, next) =>
    (await store.advance(ref, from, next)) ?? (await store.find(ref, NOW));
  expect(await wrongSteps({ ...store, advance })).toEqual(['advance once only']);
});

it('one wrong step, or one warning, is a problem', () => {
  const good = { store: 'own', warnings: [], canary: [{ step: 'find', ok: true, ms: 1 }] };
  const wrong = { ...good, canary: [...good.canary, { step: 'revoke', ok: false, ms: 1 }] };
  const warned = { ...good, warnings: [{ code: 'eviction', detail: 'Set it.' }] } as const;
  expect([good, wrong, warned].map((found) => toOutcome(found).ok)).toEqual([true, false, false]);
  expect(toOutcome(wrong).lines(plain)).toEqual([
    'ok     find    1 ms',
    'WRONG  revoke  1 ms',
    'the store does not do what it has to: no login is safe on it',
  ]);
});
