// The app's say in the claims, and where it has none: found by mutation testing (docs/mutation.md).
import { expect, it } from 'vitest';
import { TokenNotValidError } from '../../src/errors/errors.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { createHeaderTable } from '../../src/token/header-table.ts';
import { createTokenKind } from '../../src/token/token-kind.ts';
import { CLAIMS, verifyingKey } from '../attacks/paths.ts';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { createClock, MINUTE } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';

const clock = createClock();
const kind = createTokenKind({
  typ: 'at+jwt',
  keys: createKeyRing(verifyingKey('HS256'), 'keys'),
  rules: {
    issuer: ISSUER,
    audiences: [AUDIENCE],
    audienceClaim: 'aud',
    required: ['exp'],
    integers: [],
    leeway: 5,
    clockSkew: 60,
    maxLife: 3600,
  },
  headers: createHeaderTable(),
  clock,
  read: (claims) => {
    if (claims['sub'] === 'refused') throw new TokenNotValidError();
    return { ...claims, sub: 'as the app reads it' };
  },
});

it('gives the claims as the app reads them', async () => {
  expect(await kind.verify(await kind.issue(CLAIMS))).toEqual({ ...CLAIMS, sub: 'as the app reads it' });
});

it('gives the claims as they were signed, and does not ask the app, where a token is only to be revoked', async () => {
  expect(await kind.verify(await kind.issue(CLAIMS), { asSigned: true })).toEqual(CLAIMS);
  const refused = await kind.issue({ ...CLAIMS, sub: 'refused' });
  expect(await refusalOf(() => kind.verify(refused))).toEqual(['token_not_valid', 401]);
  expect(await kind.verify(refused, { asSigned: true })).toMatchObject({ sub: 'refused' });
});

it('is no weaker where it takes claims as signed: an expired or forged token stays refused', async () => {
  const token = await kind.issue(CLAIMS);
  expect(await refusalOf(() => kind.verify(`${token}AAAA`, { asSigned: true }))).toEqual([
    'token_not_valid',
    401,
  ]);
  clock.advance(10 * MINUTE);
  expect(await refusalOf(() => kind.verify(token, { asSigned: true }))).toEqual(['token_expired', 401]);
  expect(await kind.verify(token, { asSigned: true, allowExpired: true })).toEqual(CLAIMS);
  clock.advance(-10 * MINUTE);
});
