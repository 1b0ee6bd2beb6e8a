import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AuthEvent, AuthEventName } from '@tokenpair/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEventHub } from '../../src/events/events.ts';
import { logIn, makeAuth, PASSWORD } from '../support/auth.ts';
import { MINUTE, T0 } from '../support/clock.ts';
import { failureOf } from '../support/outcome.ts';
import { jsonRequest } from '../support/requests.ts';

const NAMES: readonly AuthEventName[] = [
  'session.issued',
  'session.refreshed',
  'refresh.replayed',
  'refresh.reused',
  'refresh.refused',
  'session.revoked',
  'login.refused',
];

/** Listens on channels until the test is over; what came, by channel. */
function listen(names: readonly string[] = NAMES, react = () => {}) {
  const heard: { readonly channel: string | symbol; readonly event: AuthEvent }[] = [];
  const listener = (message: unknown, name: string | symbol) => {
    heard.push({ channel: name, event: message as AuthEvent });
    react();
  };
  for (const name of names) subscribe(`tokenpair:${name}`, listener);
  onTestFinished(() => {
    for (const name of names) unsubscribe(`tokenpair:${name}`, listener);
  });
  return heard;
}

/** Everything a session goes through; the texts that must not be told. */
async function live(test: ReturnType<typeof makeAuth>): Promise<string[]> {
  const secrets = [PASSWORD, 'wrong hunter2'];
  for (const password of secrets)
    await test.auth.handle(jsonRequest('/', { username: '1', password }, [['User-Agent', 'A']]));
  const first = await logIn(test);
  const second = await test.auth.refresh(first.refresh);
  const again = await test.auth.refresh(first.refresh);
  test.clock.advance(10 * MINUTE);
  await failureOf(() => test.auth.refresh(first.refresh));
  await failureOf(() => test.auth.refresh(String(second.refresh)));
  const last = await logIn(test, '2');
  await test.auth.logout(last.refresh);
  const tokens = [first, second, again, last].flatMap(({ access, refresh }) => [access, String(refresh)]);
  return [...secrets, ...tokens.flatMap((token) => token.split('.'))];
}

describe('the diagnostics channels', () => {
  it('carry the events that listeners get, each on the channel of its name', async () => {
    const heard = listen();
    const test = makeAuth();
    await live(test);
    expect(new Set(test.names())).toEqual(new Set(NAMES));
    expect(heard.map(({ event }) => event)).toEqual(test.events);
    // The very same objects, frozen.
    for (const [index, { channel: name, event }] of heard.entries()) {
      expect(event).toBe(test.events[index]);
      expect(Object.isFrozen(event)).toBe(true);
      expect(name).toBe(`tokenpair:${event.name}`);
    }
  });

  it('carry no token and no password through login, refresh, reuse and logout', async () => {
    const heard = listen();
    const secrets = await live(makeAuth());
    const text = JSON.stringify(heard);
    expect(heard.length).toBeGreaterThan(8);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('need no listener beside them, and none on other channels', () => {
    const heard = listen(['session.revoked']);
    const hub = createEventHub(() => T0);
    hub.emit('login.refused', { client: {}, code: 'invalid_credentials' });
    hub.emit('session.revoked', { subject: '1', reason: 'logout', count: 1 });
    expect(heard).toEqual([
      {
        channel: 'tokenpair:session.revoked',
        event: { name: 'session.revoked', at: T0, subject: '1', reason: 'logout', count: 1 },
      },
    ]);
  });

  it('are found by who subscribes after the auth was made, and lost by who unsubscribes', () => {
    const hub = createEventHub(() => T0);
    const tell = () => hub.emit('session.revoked', { subject: '1', reason: 'logout', count: 1 });
    const listener = vi.fn();
    tell();
    subscribe('tokenpair:session.revoked', listener);
    tell();
    unsubscribe('tokenpair:session.revoked', listener);
    tell();
    expect(listener).toHaveBeenCalledOnce();
  });

  it('cost nothing where nobody listens: no event is made', () => {
    const clock = vi.fn(() => T0);
    const hub = createEventHub(clock);
    const detail = new Proxy({ subject: '1', reason: 'logout', count: 1 } as const, {
      ownKeys: () => {
        throw new Error('the event was made');
      },
    });
    const off = hub.on('session.revoked', () => {});
    off();
    hub.on('session.issued', () => {});
    hub.emit('session.revoked', detail);
    expect(clock).not.toHaveBeenCalled();
    hub.on('*', () => {});
    expect(() => hub.emit('session.revoked', detail)).toThrow('the event was made');
  });

  it('are asked for once an auth, and each channel once', () => {
    const find = vi.spyOn(process, 'getBuiltinModule');
    onTestFinished(() => find.mockRestore());
    const hub = createEventHub(() => T0);
    for (let n = 0; n < 3; n++) hub.emit('session.revoked', { subject: '1', reason: 'logout', count: 1 });
    expect(find).toHaveBeenCalledExactlyOnceWith('node:diagnostics_channel');
  });

  it.each([
    ['no process', undefined],
    ['a process without builtin modules', {}],
    ['a runtime that lacks the module', { getBuiltinModule: () => undefined }],
  ])('are absent where there is %s, and the listeners still hear', (_name, process) => {
    vi.stubGlobal('process', process);
    onTestFinished(() => void vi.unstubAllGlobals());
    const hub = createEventHub(() => T0);
    const listener = vi.fn();
    hub.on('*', listener);
    hub.emit('session.revoked', { subject: '1', reason: 'logout', count: 1 });
    expect(listener).toHaveBeenCalledOnce();
  });

  it('let no subscriber that throws fail a request: the process is told', async () => {
    // Node throws it on the next tick, as an uncaught exception; the runner's own handlers step aside for the test.
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught = vi.fn();
    process.on('uncaughtException', uncaught);
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    });
    listen(['session.issued'], () => {
      throw new Error('a subscriber');
    });
    expect((await logIn(makeAuth())).refresh).toBeTypeOf('string');
    await vi.waitFor(() => expect(uncaught).toHaveBeenCalledOnce());
  });

  it('let no runtime that hands the throw on fail a request', () => {
    const broken = {
      hasSubscribers: true,
      publish: () => {
        throw new Error('a subscriber');
      },
    };
    vi.stubGlobal('process', { getBuiltinModule: () => ({ channel: () => broken }) });
    onTestFinished(() => void vi.unstubAllGlobals());
    const hub = createEventHub(() => T0);
    expect(() => hub.emit('session.revoked', { subject: '1', reason: 'logout', count: 1 })).not.toThrow();
  });

  it('leave nothing subscribed behind', () => {
    for (const name of NAMES) expect(channel(`tokenpair:${name}`).hasSubscribers).toBe(false);
  });
});
