import { type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { toMilliseconds } from '../../src/config/duration.ts';
import { resolveAuthOptions } from '../../src/config/resolve-auth-options.ts';
import { SECRET } from '../support/tokens.ts';

const GOOD: AuthOptions = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: SECRET },
  store: memoryStore(),
};

const make = (changes: object) => createAuth({ ...GOOD, ...changes } as AuthOptions);
const VALUE = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
const TYPE = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });

/** The option that the error names. */
function named(changes: object): string | undefined {
  try {
    make(changes);
  } catch (error) {
    return /options(?:\.[a-zA-Z]+(?:\[\d+\])?)*/.exec((error as Error).message)?.[0];
  }
  return undefined;
}

describe('the options of an auth', () => {
  it('are complete with issuer, audience, keys and store', () => {
    expect(() => createAuth(GOOD)).not.toThrow();
  });

  it('have the defaults of the design', () => {
    const {
      access,
      refresh,
      session,
      leeway,
      clockSkew,
      revocation,
      storeTimeoutMs,
      hookTimeoutMs,
      loginFields,
    } = resolveAuthOptions(GOOD);
    const { keys: _keys, ...plain } = refresh;
    expect({
      access,
      refresh: plain,
      session,
      leeway,
      clockSkew,
      revocation,
      storeTimeoutMs,
      hookTimeoutMs,
      loginFields,
    }).toEqual({
      access: { ttl: 300_000, maxLife: 86_400_000 },
      refresh: {
        ttl: 86_400_000,
        maxLife: 30 * 86_400_000,
        grace: 30_000,
        graceFor: 'any-client',
        rotate: true,
        reuse: 'session',
      },
      session: { ttl: 30 * 86_400_000, maxSessions: undefined, onLimit: 'evict-oldest' },
      leeway: 5000,
      clockSkew: 60_000,
      revocation: 'session',
      storeTimeoutMs: 2000,
      hookTimeoutMs: 3000,
      loginFields: ['username', 'password'],
    });
  });

  it('are frozen, and not those of the caller', () => {
    const loginFields = ['email', 'code'];
    const resolved = resolveAuthOptions({ ...GOOD, loginFields });
    loginFields.push('more');
    for (const part of [
      resolved,
      resolved.access,
      resolved.refresh,
      resolved.session,
      resolved.loginFields,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(resolved.loginFields).toEqual(['email', 'code']);
  });

  it('make an auth that is frozen', () => {
    const auth = createAuth(GOOD);
    for (const part of [auth, auth.sessions, auth.events]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('take the refresh keys from the keys unless it has its own', () => {
    const resolved = resolveAuthOptions(GOOD);
    expect(resolved.refresh.keys).toBe(resolved.keys);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'x'],
    ['a list', []],
  ])('are not %s', (_name, options) => {
    expect(() => createAuth(options as unknown as AuthOptions)).toThrow(TYPE);
  });

  describe.each(['issuer', 'audience', 'keys', 'store'])('without %s', (name) => {
    it.each([undefined, null])('are refused (%s)', (value) => {
      expect(() => make({ [name]: value })).toThrow(TYPE);
      expect(named({ [name]: value })).toMatch(new RegExp(`^options\\.${name}`));
    });
  });

  it.each([
    ['a misspelt one', { isuer: 'x' }],
    ['another case', { Issuer: 'x' }],
    ['one of another library', { algorithms: ['HS256'] }],
    ['a misspelt one that is undefined', { acess: undefined }],
    ['one under access', { access: { tll: 1 } }],
    ['one under refresh', { refresh: { gracePeriod: 1 } }],
    ['one under session', { session: { life: 1 } }],
    ['one that every object has', { toString: 1 }],
  ])('refuse an unknown option: %s', (_name, changes) => {
    expect(() => make(changes)).toThrow(VALUE);
  });

  it.each([
    ['issuer', { issuer: 1 }, TYPE],
    ['issuer', { issuer: '' }, VALUE],
    ['issuer', { issuer: ['https://issuer.test'] }, TYPE],
    ['issuer', { issuer: 'x'.repeat(256) }, VALUE],
    ['audience', { audience: '' }, VALUE],
    ['audience', { audience: /api/ }, TYPE],
    ['audience', { audience: 'x'.repeat(256) }, VALUE],
    ['store', { store: {} }, TYPE],
    ['store', { store: { ...memoryStore(), advance: undefined } }, TYPE],
    ['store', { store: () => memoryStore() }, TYPE],
    ['login', { login: true }, TYPE],
    ['login', { login: null }, TYPE],
    ['resolve', { resolve: { active: true } }, TYPE],
    ['clock', { clock: 1_800_000_000_000 }, TYPE],
    ['loginFields', { loginFields: 'username' }, TYPE],
    ['loginFields', { loginFields: [] }, expect.any(TypeError)],
    ['loginFields[1]', { loginFields: ['a', ''] }, VALUE],
    ['loginFields[0]', { loginFields: [1] }, TYPE],
    ['revocation', { revocation: 'sessions' }, VALUE],
    ['revocation', { revocation: true }, VALUE],
    ['access', { access: '5m' }, TYPE],
    ['refresh', { refresh: false }, TYPE],
    ['session', { session: [] }, TYPE],
    ['refresh.rotate', { refresh: { rotate: 'false' } }, TYPE],
    ['refresh.rotate', { refresh: { rotate: 0 } }, TYPE],
    ['refresh.reuse', { refresh: { reuse: 'none' } }, VALUE],
    ['refresh.graceFor', { refresh: { graceFor: 'same-ip' } }, VALUE],
    ['access.maxLife', { access: { ttl: '10m', maxLife: '5m' } }, VALUE],
    ['refresh.maxLife', { refresh: { ttl: '2d', maxLife: '1d' } }, VALUE],
  ])('name %s in the error', (option, changes, error) => {
    expect(() => make(changes)).toThrow(error as Error);
    if (!(option === 'access' && 'access' in changes && changes.access === null))
      expect(named(changes)).toBe(`options.${option}`);
  });

  it.each([
    'access',
    'refresh',
    'session',
    'leeway',
    'clockSkew',
    'revocation',
    'access.ttl',
    'refresh.grace',
    'session.ttl',
    'refresh.keys',
  ])('do not take null at %s for the default', (path) => {
    const [group = '', name] = path.split('.');
    const changes = name === undefined ? { [group]: null } : { [group]: { [name]: null } };
    expect(() => make(changes)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });

  it('never shows a value, which may be a secret', () => {
    for (const changes of [
      { issuer: ['hunter2'] },
      { revocation: 'hunter2' },
      { keys: 'hunter2' },
      { access: { ttl: 'hunter2' } },
    ]) {
      expect(() => make(changes)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
      );
    }
  });
});

describe('the bounds', () => {
  const at = (path: string, value: unknown): object => {
    const [group = '', name] = path.split('.');
    return name === undefined ? { [group]: value } : { [group]: { [name]: value } };
  };

  it.each([
    ['access.ttl', 1, 86_400],
    ['refresh.ttl', 1, 365 * 86_400],
    ['refresh.grace', 0, 60],
    ['session.ttl', 1, 3650 * 86_400],
    ['leeway', 0, 60],
    ['clockSkew', 0, 300],
  ])('of %s are %i and %i seconds, both included', (path, min, max) => {
    // The session's life holds the refresh token's longest one open for the greatest refresh.ttl.
    const rest = path === 'refresh.ttl' ? { session: { ttl: '3650d' } } : {};
    expect(() => make({ ...rest, ...at(path, min) })).not.toThrow();
    expect(() => make({ ...rest, ...at(path, max) })).not.toThrow();
    expect(() => make({ ...rest, ...at(path, min - 1) })).toThrow(VALUE);
    expect(() => make({ ...rest, ...at(path, max + 1) })).toThrow(VALUE);
    expect(named({ ...rest, ...at(path, max + 1) })).toBe(`options.${path}`);
  });

  it.each(['storeTimeoutMs', 'hookTimeoutMs'])('of %s are 10 and 60,000, whole numbers', (name) => {
    for (const good of [10, 60_000]) expect(() => make({ [name]: good })).not.toThrow();
    for (const bad of [9, 60_001, 0, -1, 10.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => make({ [name]: bad })).toThrow(VALUE);
    }
    for (const bad of ['100', '1s', null, true, [100]]) expect(() => make({ [name]: bad })).toThrow(TYPE);
  });

  describe.each([
    'access.ttl',
    'access.maxLife',
    'refresh.ttl',
    'refresh.maxLife',
    'refresh.grace',
    'session.ttl',
    'leeway',
    'clockSkew',
  ])('of %s', (path) => {
    it.each([
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['-Infinity', Number.NEGATIVE_INFINITY],
      ['a negative number', -1],
      ['true', true],
      ['a list', [5]],
      ['a date', new Date()],
      ['a BigInt', 5n],
      ['the empty string', ''],
      ['text without unit', '5'],
      ['an unknown unit', '5w'],
      ['milliseconds', '500ms'],
      ['a unit in upper case', '5M'],
      ['a fraction in text', '1.5m'],
      ['a sign', '+5m'],
      ['a negative text', '-5m'],
      ['space inside', '5 m'],
      ['space around', ' 5m'],
      ['two units', '1m30s'],
      ['an exponent', '1e3s'],
      ['a newline', '5m\n'],
      ['eleven digits', '10000000000s'],
      ['text of infinity', 'Infinitys'],
    ])('refuse %s', (_name, value) => {
      expect(() => make(at(path, value))).toThrow(
        expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
      );
    });
  });
});

describe('a duration', () => {
  const bounds = { min: 0, max: 1e9 };

  it.each([
    [0, 0],
    [1, 1000],
    [1.5, 1500],
    [0.0004, 0],
    ['0s', 0],
    ['30s', 30_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['007s', 7000],
  ])('of %j is %i ms', (value, ms) => {
    expect(toMilliseconds(value, 'x', bounds)).toBe(ms);
  });
});
