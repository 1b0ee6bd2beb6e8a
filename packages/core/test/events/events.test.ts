import type { AuthEventName } from '@tokenpair/core';
import { describe, expect, it, vi } from 'vitest';
import { logIn, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { MINUTE, T0 } from '../support/clock.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest } from '../support/requests.ts';

/** One whose store has told what it cannot promise. */
async function readyAuth(): Promise<TestAuth> {
  const test = makeAuth();
  await test.auth.ready();
  return test;
}

describe('the events', () => {
  it('carry no token, no password and no key, whatever happens', async () => {
    const test = makeAuth();
    const tokens: string[] = [];
    const keep = (pair: { access: string; refresh?: string }) => {
      tokens.push(pair.access, String(pair.refresh));
      return String(pair.refresh);
    };
    for (const password of [PASSWORD, 'wrong hunter2']) {
      await test.auth.handle(
        jsonRequest('/', { username: '1', password }, [
          ['User-Agent', 'A'],
          ['Authorization', 'Bearer hunter2'],
        ]),
      );
    }
    const first = keep(await logIn(test));
    const second = keep(await test.auth.refresh(first, { userAgent: 'A', ip: '::1' }));
    keep(await test.auth.refresh(first));
    test.clock.advance(10 * MINUTE);
    await failureOf(() => test.auth.refresh(first));
    await failureOf(() => test.auth.refresh(second));
    const other = await logIn(test);
    tokens.push(other.access, other.refresh);
    keep(await test.auth.sessions.reauthenticate(other.ref, { epoch: 'e0' }));
    const last = keep(await logIn(test, '2'));
    await test.auth.logout(last);
    await test.auth.logout(last);
    const lost = makeAuth({ clock: test.clock });
    const fresh = keep(await logIn(test, '2'));
    await failureOf(() => lost.auth.refresh(fresh));

    const seen = new Set<AuthEventName>([...test.names(), ...lost.names()] as AuthEventName[]);
    const expected: AuthEventName[] = [
      'session.issued',
      'session.refreshed',
      'refresh.replayed',
      'refresh.reused',
      'refresh.refused',
      'session.revoked',
      'login.refused',
    ];
    expect([...seen].sort()).toEqual(expected.sort());
    const text = JSON.stringify([...test.events, ...lost.events]);
    for (const token of tokens) for (const part of token.split('.')) expect(text).not.toContain(part);
    for (const secret of [PASSWORD, 'hunter2']) expect(text).not.toContain(secret);
  });

  it('reach the listeners of their name and those of all, with name and time', async () => {
    const test = await readyAuth();
    const [issued, all, other] = [vi.fn(), vi.fn(), vi.fn()];
    test.auth.events.on('session.issued', issued);
    test.auth.events.on('*', all);
    test.auth.events.on('session.revoked', other);
    const { ref } = await logIn(test);
    const event = { name: 'session.issued', at: T0, session: ref.id, subject: '1', client: {} };
    expect(issued).toHaveBeenCalledExactlyOnceWith(event);
    expect(all).toHaveBeenCalledExactlyOnceWith(event);
    expect(other).not.toHaveBeenCalled();
  });

  it('are frozen, so that no listener changes them for the next', async () => {
    const test = makeAuth();
    await logIn(test);
    expect(Object.isFrozen(test.events[0])).toBe(true);
  });

  it('do not reach a listener that has ended its subscription', async () => {
    const test = await readyAuth();
    const [first, second] = [vi.fn(), vi.fn()];
    const off = test.auth.events.on('*', first);
    test.auth.events.on('*', second);
    off();
    off();
    await logIn(test);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });

  it('do not let a listener that throws do harm, to the request or to the other listeners', async () => {
    const test = await readyAuth();
    const after = vi.fn();
    for (const name of ['session.issued', '*'] as const) {
      test.auth.events.on(name as '*', () => {
        throw new Error('a listener of the app');
      });
    }
    test.auth.events.on('*', after);
    expect((await logIn(test)).refresh).toBeTypeOf('string');
    expect(after).toHaveBeenCalledOnce();
  });

  it('need no listener', async () => {
    const { auth } = makeAuth();
    expect(Object.keys(auth.events)).toEqual(['on']);
  });
});
