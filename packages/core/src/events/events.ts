/**
 * What happens to tokens and sessions, told to the app. No event carries a token, a password or a key.
 *
 * @module
 */
import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { RevokeReason, SessionClient, StoreWarning } from '../store.ts';
import { type EventChannel, findChannels } from './event-channels.ts';

interface SessionEvent {
  readonly session: string;
  readonly subject: string;
  readonly client?: SessionClient | undefined;
}

/** Every event by name. */
export interface AuthEvents {
  /** A login, or a pair issued for a subject. */
  'session.issued': SessionEvent;
  /** A rotation, or a refresh without one. */
  'session.refreshed': SessionEvent & { readonly generation: number };
  /** The predecessor was presented within grace and answered with the same successor. `rotatedFor` is the client of the rotation. */
  'refresh.replayed': SessionEvent & {
    readonly generation: number;
    readonly rotatedFor?: SessionClient | undefined;
  };
  /** The same when grace would have been over, but for an outage of the store that this process saw: its time does not count. */
  'refresh.replayed_after_outage': SessionEvent & {
    readonly generation: number;
    readonly rotatedFor?: SessionClient | undefined;
  };
  /** The token was newer than the record: the store has lost writes. */
  'session.recovered': SessionEvent & { readonly generation: number; readonly stored: number };
  /** A refresh token was used again: somebody holds a copy. */
  'refresh.reused': SessionEvent & { readonly generation: number; readonly stored: number };
  /** A refresh was refused for another reason. */
  'refresh.refused': SessionEvent & { readonly code: AuthErrorCode };
  /** Sessions ended: one, or `count` of the subject's. */
  'session.revoked': {
    readonly subject: string;
    readonly session?: string | undefined;
    readonly reason: RevokeReason;
    readonly count: number;
  };
  /** Something that the store cannot promise as its backend is set up; told once, at `ready()` or at the first use. */
  'store.warning': StoreWarning & { readonly store: string };
  /** The revocation feed can tell again (`up`), or cannot (`down`): guards ask the store meanwhile. */
  'feed.changed': { readonly state: 'up' | 'down' };
  /** The cookies of a pair passed 3.5 kB together: a stock nginx answers 502 at about 4 kB. */
  'cookies.large': SessionEvent & { readonly bytes: number };
  /** The store, or a hook of the app by its name, threw or was silent for too long: what a client got as 503, but for `onLogin` and `onLoginFailed`. `cause` is what it threw, and a driver's may name its server. */
  'backend.failed': { readonly backend: string; readonly cause: unknown };
  /** A login was refused; nothing of the credentials comes along. */
  'login.refused': { readonly client: SessionClient; readonly code: AuthErrorCode };
}

export type AuthEventName = keyof AuthEvents;

/** An event as a listener gets it. */
export type AuthEvent<Name extends AuthEventName = AuthEventName> = {
  [N in Name]: { readonly name: N /** ms since the epoch */; readonly at: number } & AuthEvents[N];
}[Name];

/**
 * Where an app listens. The same events go to `node:diagnostics_channel` on runtimes that have it, each to the channel `tokenpair:` and its
 * name, such as `tokenpair:session.refreshed`; the message is the event. Nothing is made where nobody listens.
 *
 * A subscriber of a channel that throws does not reach the request either: the runtime reports it as an uncaught exception of the process.
 */
export interface AuthEventSource {
  /**
   * Calls the listener at every event of a name, or at every event for `'*'`; synchronously, so it should be quick. What a
   * listener throws, or rejects with, is dropped: it cannot turn an acceptance into a failure. Returns a function that ends the subscription.
   */
  on<Name extends AuthEventName>(name: Name, listener: (event: AuthEvent<Name>) => void): () => void;
  on(name: '*', listener: (event: AuthEvent) => void): () => void;
}

export interface AuthEventHub extends AuthEventSource {
  emit<Name extends AuthEventName>(name: Name, detail: AuthEvents[Name]): void;
}

type Listener = (event: AuthEvent) => unknown;

export function createEventHub(clock: () => number): AuthEventHub {
  const listeners = new Map<AuthEventName | '*', Set<Listener>>();
  const channelOf = createChannelTable();

  function on(name: AuthEventName | '*', listener: Listener): () => void {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener));
    return () => void set.delete(listener);
  }

  const hasListeners = (name: AuthEventName | '*'): boolean => (listeners.get(name)?.size ?? 0) > 0;

  function tell(name: AuthEventName | '*', event: AuthEvent): void {
    for (const listener of listeners.get(name) ?? []) {
      try {
        // A listener is the app's, and may be asynchronous for all its type says; see the contract of `on`.
        Promise.resolve(listener(event)).catch(() => {});
      } catch {
        // The same.
      }
    }
  }

  return Object.freeze({
    on: on as AuthEventSource['on'],
    emit<Name extends AuthEventName>(name: Name, detail: AuthEvents[Name]) {
      const channel = channelOf(name);
      const isObserved = channel?.hasSubscribers === true;
      if (!isObserved && !hasListeners(name) && !hasListeners('*')) return;
      const event = Object.freeze({ name, at: clock(), ...detail }) as unknown as AuthEvent;
      tell(name, event);
      tell('*', event);
      if (isObserved) publish(channel, event);
    },
  });
}

/** Each channel is looked up once, at the first event of its name. */
function createChannelTable(): (name: AuthEventName) => EventChannel | undefined {
  const find = findChannels();
  const channels = new Map<AuthEventName, EventChannel>();
  return (name) => {
    const known = channels.get(name);
    if (known !== undefined || find === undefined) return known;
    const channel = find(name);
    channels.set(name, channel);
    return channel;
  };
}

function publish(channel: EventChannel, event: AuthEvent): void {
  try {
    channel.publish(event);
  } catch {
    // Node reports what a subscriber throws by itself; a runtime that hands it on must not fail the request with it.
  }
}
