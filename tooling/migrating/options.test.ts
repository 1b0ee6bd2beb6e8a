/** The tables of the pages: every option of the peer is there (the compiler knows them), and everything named on our side exists. */
import type { FastifyJWTOptions } from '@fastify/jwt';
import type { Params } from 'express-jwt';
import type { Options as KoaOptions } from 'koa-jwt';
import type { StrategyOptions } from 'passport-jwt';
import { describe, expect, it } from 'vitest';
import { isOurs } from './support/names.ts';
import { codesIn, readPage, tableBelow } from './support/page.ts';

/** Every key of every member of a union. */
type AnyKey<T> = T extends unknown ? keyof T : never;
type Named<T> = Readonly<Record<Extract<AnyKey<T>, string>, true>>;

const EXPRESS: Named<Params> = {
  algorithms: true,
  allowInvalidAsymmetricKeyTypes: true,
  audience: true,
  clockTimestamp: true,
  clockTolerance: true,
  complete: true,
  credentialsRequired: true,
  getToken: true,
  ignoreExpiration: true,
  ignoreNotBefore: true,
  isRevoked: true,
  issuer: true,
  jwtid: true,
  maxAge: true,
  nonce: true,
  onExpired: true,
  requestProperty: true,
  secret: true,
  subject: true,
};

const KOA: Named<KoaOptions> = {
  algorithms: true,
  audience: true,
  cookie: true,
  debug: true,
  getToken: true,
  isRevoked: true,
  issuer: true,
  key: true,
  passthrough: true,
  secret: true,
  tokenKey: true,
};

const FASTIFY: Named<FastifyJWTOptions> = {
  cookie: true,
  decode: true,
  decoratorName: true,
  formatUser: true,
  jwtDecode: true,
  jwtSign: true,
  jwtVerify: true,
  messages: true,
  namespace: true,
  secret: true,
  sign: true,
  trusted: true,
  verify: true,
};

const PASSPORT: Named<StrategyOptions> = {
  algorithms: true,
  audience: true,
  ignoreExpiration: true,
  issuer: true,
  jsonWebTokenOptions: true,
  jwtFromRequest: true,
  passReqToCallback: true,
  secretOrKey: true,
  secretOrKeyProvider: true,
};

describe.each([
  ['express-jwt', EXPRESS, ['.unless()']],
  ['koa-jwt', KOA, ['.unless()']],
  ['fastify-jwt', FASTIFY, []],
  ['passport-jwt', PASSPORT, ['passport.authenticate()', 'verify']],
] as const)('from %s', (peer, options, more) => {
  const rows = tableBelow(readPage(`from-${peer}`), 'Option by option');

  it('has every option, once', () => {
    const named = rows.flatMap(([name = '']) => codesIn(name));
    expect(named.toSorted()).toEqual([...Object.keys(options), ...more].toSorted());
  });

  it.each(rows)(
    '%s: what stands against it exists, or its absence is explained',
    (_name, ours = '', why = '') => {
      const names = codesIn(ours);
      if (names.length === 0) expect([ours, why.length > 20]).toEqual(['–', true]);
      for (const name of names) expect([name, isOurs(name)]).toEqual([name, true]);
    },
  );
});

it.each([
  ['express-jwt', 4],
  ['fastify-jwt', 5],
] as const)('from %s: the codes exist', (peer, count) => {
  const rows = tableBelow(readPage(`from-${peer}`), 'Option by option', 1);
  expect(rows).toHaveLength(count);
  for (const code of rows.flatMap(([, ours = '']) => codesIn(ours)))
    expect([code, isOurs(code)]).toEqual([code, true]);
});
