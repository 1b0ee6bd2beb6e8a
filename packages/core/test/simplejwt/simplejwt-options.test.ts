import { memoryStore } from '@tokenpair/core/memory';
import type { SimpleJwtOptions } from '@tokenpair/core/simplejwt';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { describe, expect, it } from 'vitest';
import { longSecret, pairs } from '../support/keys.ts';
import { SECRET } from '../support/tokens.ts';
import { makeSimpleJwt, makeStoreless } from './support.ts';

const keys = { alg: 'HS256', secret: SECRET } as const;
const make = (options: object) => () => createSimpleJwtAuth({ keys, ...options } as SimpleJwtOptions);

describe('an option that is wrong is refused, and named', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown one', { rotate: true }, /no option "rotate"/],
    ['one of createAuth alone', { transport: 'cookie' }, /no option "transport"/],
    ['no keys', { keys: undefined }, /options\.keys/],
    ['a short secret', { keys: { alg: 'HS256', secret: 'short' } }, /at least 32 bytes/],
    [
      'a public key first',
      { keys: [{ alg: 'RS256', publicKey: pairs.rsa().publicKey }, keys] },
      /must be able to sign/,
    ],
    [
      'a login with public keys alone',
      { keys: { alg: 'RS256', publicKey: pairs.rsa().publicKey }, login: () => undefined },
      /options\.keys are public/,
    ],
    [
      'rotation with public keys alone',
      {
        keys: { alg: 'RS256', publicKey: pairs.rsa().publicKey },
        store: memoryStore(),
        refresh: { rotate: true },
      },
      /options\.keys are public/,
    ],
    [
      'a public key twice',
      { keys: [1, 2].map((kid) => ({ alg: 'RS256', kid: `k${kid}`, publicKey: pairs.rsa().publicKey })) },
      /one key twice/,
    ],
    [
      'nine public keys',
      { keys: Array.from({ length: 9 }, () => ({ alg: 'RS256', publicKey: pairs.rsa().publicKey })) },
      /at most 8 keys/,
    ],
    [
      'nine keys',
      { keys: Array.from({ length: 9 }, (_, at) => ({ alg: 'HS256', secret: longSecret(at + 1) })) },
      /at most 8 keys/,
    ],
    ['an unknown name', { names: { user: 'x' } }, /no option "user"/],
    ['an empty name', { names: { id: '' } }, /options\.names\.id/],
    [
      'null for a name, as SimpleJWT allows',
      { names: { jti: null } },
      /options\.names\.jti must be a string/,
    ],
    ['one name twice', { names: { id: 'jti' } }, /one name twice/],
    ['a name that means something else', { names: { id: 'exp' } }, /options\.names\.id cannot be "exp"/],
    ['__proto__ for a name', { names: { type: '__proto__' } }, /options\.names\.type/],
    ['an empty issuer', { issuer: '' }, /options\.issuer/],
    ['an issuer that is no text', { issuer: null }, /options\.issuer/],
    ['no audience in a list', { audience: [] }, /options\.audience/],
    ['an audience that is no text', { audience: ['a', 1] }, /options\.audience\[1\]/],
    ['a store without blacklist', { store: { isLive: () => true } }, /lacks blacklist/],
    ['a store without isLive', { store: { blacklist: () => true } }, /lacks isLive/],
    ['a store that is none', { store: null }, /options\.store/],
    ['a login that is no function', { login: {} }, /options\.login/],
    ['a resolve that is no function', { resolve: {} }, /options\.resolve/],
    ['no login fields', { loginFields: [] }, /options\.loginFields/],
    ['an unknown member of access', { access: { life: 1 } }, /no option "life"/],
    ['an access ttl beyond a day', { access: { ttl: '2d' } }, /options\.access\.ttl/],
    ['an unknown member of refresh', { refresh: { grace: 1 } }, /no option "grace"/],
    ['a refresh ttl of nothing', { refresh: { ttl: 0 } }, /options\.refresh\.ttl/],
    ['a rotate that is no boolean', { refresh: { rotate: 'yes' } }, /options\.refresh\.rotate/],
    [
      'rotation without a store',
      { refresh: { rotate: true } },
      /options\.refresh\.rotate needs options\.store/,
    ],
    ['a session without ttl', { session: {} }, /options\.session\.ttl/],
    ['a revocation that is none', { revocation: 'yes' }, /options\.revocation must be one of none, token/],
    ['revocation by token without a store', { revocation: 'token' }, /needs options\.store/],
    ['a leeway beyond a minute', { leeway: '2m' }, /options\.leeway/],
    ['a skew beyond five minutes', { clockSkew: '6m' }, /options\.clockSkew/],
    ['a store timeout of nothing', { storeTimeoutMs: 0 }, /options\.storeTimeoutMs/],
    ['a hook timeout of nothing', { hookTimeoutMs: 0 }, /options\.hookTimeoutMs/],
    ['a clock that is no function', { clock: 5 }, /options\.clock/],
  ])('%s', (_what, options, message) => {
    expect(make(options)).toThrow(TypeError);
    expect(make(options)).toThrow(message);
    expect(make(options)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });

  it.each(['session', 'feed'])('revocation %s, and the message says why', (revocation) => {
    expect(make({ revocation, store: memoryStore() })).toThrow(/name no session \(they have no sid\)/);
  });

  it('with a near miss: the least that will do', () => {
    expect(make({})).not.toThrow();
  });
});

it('an auth is frozen', () => {
  expect(Object.isFrozen(makeSimpleJwt().auth)).toBe(true);
});

it('without a store nothing is asked and nothing fails', async () => {
  const { auth } = makeStoreless();
  const { access, refresh } = await auth.issue({ subject: '1' });
  expect(await auth.verify(access)).toBeDefined();
  expect(await auth.refresh(String(refresh))).toBeDefined();
});
