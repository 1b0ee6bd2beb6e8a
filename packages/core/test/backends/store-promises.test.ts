import { type AuthEvent, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import type { StoreWarning, TokenStore } from '@tokenpair/core/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { SECRET } from '../support/tokens.ts';

afterEach(() => void vi.useRealTimers());

const EVICTION: StoreWarning = { code: 'eviction', detail: 'It may drop records.' };

function authOn(store: Partial<TokenStore>, durability?: 'any' | 'required') {
  const auth = createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: SECRET },
    store: { ...memoryStore(), durable: true, check: async () => [], ...store },
    ...(durability && { durability }),
  });
  const events: AuthEvent[] = [];
  auth.events.on('*', (event) => events.push(event));
  return { auth, events, warnings: () => events.filter(({ name }) => name === 'store.warning') };
}

describe('what a store cannot promise', () => {
  it('is told once, by ready()', async () => {
    const { auth, warnings } = authOn({ name: 'redis', check: async () => [EVICTION] });
    await auth.ready();
    await auth.ready();
    await auth.sessions.issue({ subject: '1' });
    expect(warnings()).toMatchObject([{ ...EVICTION, store: 'redis' }]);
  });

  it('is told at the first use where nobody waits for ready()', async () => {
    const { auth, warnings } = authOn({ check: async () => [EVICTION] });
    await auth.sessions.issue({ subject: '1' });
    expect(warnings()).toHaveLength(1);
  });

  it('is nothing where all is well', async () => {
    const { auth, events } = authOn({});
    await auth.ready();
    expect(events).toEqual([]);
  });

  it('is told of a store that only says that it is not durable', async () => {
    const { auth, warnings } = authOn({ durable: false });
    await auth.ready();
    expect(warnings()).toMatchObject([{ code: 'not_durable' }]);
  });

  it('is told once of a store that says it in both ways', async () => {
    const { auth, warnings } = authOn({
      durable: false,
      check: async () => [{ code: 'not_durable', detail: 'Own words.' }],
    });
    await auth.ready();
    expect(warnings()).toMatchObject([{ detail: 'Own words.' }]);
  });

  it('cannot be found out while the store is away: told as a failure, asked again after ten seconds at the earliest', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let asked = 0;
    const { auth, events, warnings } = authOn({
      check: async () => {
        asked += 1;
        if (asked === 1) throw new Error('away');
        return [EVICTION];
      },
    });
    await auth.ready();
    expect(events).toMatchObject([{ name: 'backend.failed', backend: 'store' }]);
    await auth.sessions.list('1');
    expect(asked).toBe(1);
    vi.advanceTimersByTime(10_000);
    await auth.sessions.list('1');
    expect(warnings()).toHaveLength(1);
  });
});

describe("durability: 'required'", () => {
  it('refuses a store that says of itself that it is not durable when the auth is made', () => {
    expect(() => authOn({ durable: false }, 'required')).toThrow(
      'options.durability \'required\' cannot be had: the store "memory" says that it is not durable',
    );
  });

  it('rejects ready() and answers 503 where the backend is set up badly, and stores nothing', async () => {
    const create = vi.fn();
    const { auth } = authOn({ create, check: async () => [EVICTION] }, 'required');
    await expect(auth.ready()).rejects.toThrow('It may drop records.');
    const error = await failureOf(() => auth.sessions.issue({ subject: '1' }));
    expect([error.code, error.status]).toEqual(['store_unavailable', 503]);
    expect(create).not.toHaveBeenCalled();
  });

  it('asks before the first step where nobody waits for ready()', async () => {
    const order: string[] = [];
    const inner = memoryStore();
    const { auth } = authOn(
      {
        check: async () => {
          order.push('check');
          return [];
        },
        create: async (...args) => {
          order.push('create');
          return inner.create(...args);
        },
      },
      'required',
    );
    await auth.sessions.issue({ subject: '1' });
    await auth.sessions.issue({ subject: '1' });
    expect(order).toEqual(['check', 'create', 'create']);
  });

  it('rejects ready() as unavailable where it cannot be found out, and is mended when it can', async () => {
    let isAway = true;
    const { auth } = authOn(
      {
        check: async () => {
          if (isAway) throw new Error('away');
          return [];
        },
      },
      'required',
    );
    expect(await refusalOf(() => auth.ready())).toEqual(['store_unavailable', 503]);
    expect(await refusalOf(() => auth.sessions.list('1'))).toEqual(['store_unavailable', 503]);
    isAway = false;
    expect(await auth.sessions.list('1')).toEqual([]);
    await auth.ready();
  });
});
