import type { Session } from '@tokenpair/core/store';
import { expect, it } from 'vitest';
import { audit, type Evidence } from './auditor.ts';
import type { Exchange } from './honest-client.ts';

let time = 0;

function exchange(kind: Exchange['kind'], details: Partial<Exchange> = {}): Exchange {
  time += 10;
  return {
    ...{ client: 'client-1', kind, session: 's1', generation: undefined, status: 200 },
    ...{ started: time, ended: time + 5 },
    ...details,
  };
}

const refresh = (generation: number, print: string, details: Partial<Exchange> = {}): Exchange =>
  exchange('refresh', { generation, given: { generation: generation + 1, print }, ...details });

const record = (generation: number, ended = false): Session =>
  ({
    id: 's1',
    subject: 'client-1',
    generation,
    ...(ended ? { revokedAt: 1, revokedFor: 'logout' } : {}),
  }) as Session;

async function failedChecks(evidence: Partial<Evidence>): Promise<string[]> {
  const checks = await audit({
    ...{ exchanges: [], events: [], held: [], find: async () => record(1) },
    ...evidence,
  });
  return checks.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
}

it('finds nothing wrong with retries that give the same successor, and a logout', async () => {
  const unanswered = exchange('refresh', { generation: 0, status: 0 });
  const exchanges = [
    exchange('login'),
    unanswered,
    refresh(0, 'a'),
    refresh(0, 'a'),
    exchange('logout', { generation: 1 }),
  ];
  const after = exchange('refresh', { generation: 1, status: 401, code: 'token_revoked' });
  const find = async () => record(1, true);
  expect(await failedChecks({ exchanges: [...exchanges, after], find })).toEqual([]);
});

it.each<readonly [string, RegExp, () => Partial<Evidence>]>([
  ['two successors of one token', /double-valid/, () => ({ exchanges: [refresh(0, 'a'), refresh(0, 'b')] })],
  [
    'two rotations to one generation',
    /double-valid/,
    () => ({ events: [1, 2].map(() => ({ name: 'session.refreshed', session: 's1', generation: 1 })) }),
  ],
  [
    'a generation that is left out',
    /go up by one/,
    () => ({ exchanges: [refresh(0, 'a', { given: { generation: 2, print: 'a' } })] }),
  ],
  [
    'a refresh after an acknowledged logout',
    /acknowledged logout/,
    () => ({ exchanges: [exchange('logout'), refresh(0, 'a')], find: async () => record(1, true) }),
  ],
  ['a logout that the store has lost', /acknowledged logout/, () => ({ exchanges: [exchange('logout')] })],
  [
    'an honest client called a thief',
    /thief/,
    () => ({
      exchanges: [exchange('refresh', { generation: 0, status: 401, code: 'refresh_token_reused' })],
    }),
  ],
  [
    'a session lost without a logout',
    /loses its session/,
    () => ({
      exchanges: [exchange('me', { status: 401, code: 'token_revoked' }), exchange('logout', { status: 0 })],
    }),
  ],
  ['a 500', /nothing is answered/, () => ({ exchanges: [exchange('me', { status: 500 })] })],
  [
    'a store behind the client',
    /stands where/,
    () => ({ held: [{ id: 's1', subject: 'client-1', generation: 2 }] }),
  ],
])('finds %s', async (_what, name, evidence) => {
  expect((await failedChecks(evidence())).join()).toMatch(name);
});
