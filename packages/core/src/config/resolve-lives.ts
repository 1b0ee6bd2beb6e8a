import { createKeyRing, type KeyRing } from '../keys/key-ring.ts';
import type { AccessOptions, RefreshOptions, SessionOptions } from './auth-options.ts';
import { assertBoolean, assertInteger, assertOneOf, assertOptions, invalidValue } from './check.ts';
import { toMilliseconds } from './duration.ts';

/** {@link AccessOptions} after validation; ms. */
export interface ResolvedAccessOptions {
  readonly ttl: number;
  readonly maxLife: number;
}

/** {@link RefreshOptions} after validation; ms. */
export interface ResolvedRefreshOptions {
  readonly ttl: number;
  readonly maxLife: number;
  readonly grace: number;
  readonly graceFor: 'any-client' | 'same-client';
  readonly rotate: boolean;
  readonly reuse: 'session' | 'subject';
  readonly keys: KeyRing;
}

/** {@link SessionOptions} after validation; ms. */
export interface ResolvedSessionOptions {
  readonly ttl: number;
  readonly maxSessions: number | undefined;
  readonly onLimit: 'evict-oldest' | 'refuse';
}

const MINUTE = 60;
const DAY = 86_400;
const YEAR = 365 * DAY;
const MOST_SESSIONS = 10_000;

/** @throws TypeError naming the option */
export function resolveAccess(access: AccessOptions): ResolvedAccessOptions {
  assertOptions(access, 'options.access', ['ttl', 'maxLife']);
  const { ttl: life = '5m', maxLife: longest = '24h' } = access;
  const ttl = toMilliseconds(life, 'options.access.ttl', { min: 1, max: DAY });
  const maxLife = toMilliseconds(longest, 'options.access.maxLife', { min: 1, max: YEAR });
  if (maxLife < ttl) throw invalidValue('options.access.maxLife must be at least options.access.ttl');
  return Object.freeze({ ttl, maxLife });
}

/** @throws TypeError naming the option */
export function resolveRefresh(
  refresh: RefreshOptions,
  keys: KeyRing,
  sessionTtl: number,
): ResolvedRefreshOptions {
  assertOptions(refresh, 'options.refresh', [
    'ttl',
    'maxLife',
    'grace',
    'graceFor',
    'rotate',
    'reuse',
    'keys',
  ]);
  const { grace = '30s', rotate = true, reuse = 'session', graceFor = 'any-client' } = refresh;
  const { ttl: idle = '1d', maxLife: longest = sessionTtl / 1000 } = refresh;
  assertBoolean(rotate, 'options.refresh.rotate');
  assertOneOf(reuse, 'options.refresh.reuse', ['session', 'subject']);
  assertOneOf(graceFor, 'options.refresh.graceFor', ['any-client', 'same-client']);
  const ttl = toMilliseconds(idle, 'options.refresh.ttl', { min: 1, max: YEAR });
  const maxLife = toMilliseconds(longest, 'options.refresh.maxLife', { min: 1, max: 10 * YEAR });
  if (maxLife < Math.min(ttl, sessionTtl)) {
    throw invalidValue('options.refresh.maxLife must be at least options.refresh.ttl');
  }
  return Object.freeze({
    ttl,
    maxLife,
    grace: toMilliseconds(grace, 'options.refresh.grace', { min: 0, max: MINUTE }),
    graceFor,
    rotate,
    reuse,
    keys: refresh.keys === undefined ? keys : createKeyRing(refresh.keys, 'options.refresh.keys', keys),
  });
}

/** @throws TypeError naming the option */
export function resolveSession(session: SessionOptions): ResolvedSessionOptions {
  assertOptions(session, 'options.session', ['ttl', 'maxSessions', 'onLimit']);
  const { ttl = '30d', maxSessions, onLimit = 'evict-oldest' } = session;
  if (maxSessions !== undefined) assertInteger(maxSessions, 'options.session.maxSessions', 1, MOST_SESSIONS);
  assertOneOf(onLimit, 'options.session.onLimit', ['evict-oldest', 'refuse']);
  return Object.freeze({
    ttl: toMilliseconds(ttl, 'options.session.ttl', { min: 1, max: 10 * YEAR }),
    maxSessions,
    onLimit,
  });
}
