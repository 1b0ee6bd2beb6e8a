import { expect, it } from 'vitest';
import { isAuthOption, isBesideDjango, isOurs, isSimpleJwtOption } from './support/names.ts';

it.each([
  'refresh.ttl',
  'cookie.path',
  'loadUser',
  'guards.transport',
  'guard.optional',
  'verifier.issuers[].typ',
  'verifier.clockSkew',
  'auth.sessions.revokeAll(subject)',
  'getAuth(req)',
  'errors',
  'POST /logout-all',
  'DELETE /sessions/:id',
  'POST /',
  'token_expired',
  'tokenpair sessions list',
  '@tokenpair/core/memory',
])('%s is there', (name) => {
  expect(isOurs(name)).toBe(true);
});

it.each([
  'refresh.tll',
  'cookie.paths',
  'loadUsers',
  'guard.optionals',
  'verifier.issuers[].type',
  'verifier.skew',
  'auth.sessions.revokeEverything(subject)',
  'getUser(req)',
  'POST /log-out',
  'PUT /refresh',
  'token_bad',
  'tokenpair sessions drop',
  '@tokenpair/core/remembrance',
])('%s is not', (name) => {
  expect(isOurs(name)).toBe(false);
});

it('what is of no kind is an error', () => {
  expect(() => isOurs('[x]')).toThrow(/of no kind/);
});

it('each factory knows its own options', () => {
  expect([isAuthOption('session.maxSessions'), isSimpleJwtOption('session.maxSessions')]).toEqual([
    true,
    false,
  ]);
  expect([isAuthOption('names.id'), isSimpleJwtOption('names.id')]).toEqual([false, true]);
});

it('beside Django there is no session', () => {
  expect([isOurs('auth.sessions.issue(login)'), isBesideDjango('auth.sessions.issue(login)')]).toEqual([
    true,
    false,
  ]);
  expect([isOurs('auth.issue(login)'), isBesideDjango('auth.issue(login)')]).toEqual([false, true]);
});
