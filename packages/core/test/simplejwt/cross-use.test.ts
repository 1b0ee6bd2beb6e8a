import type { Auth, Authentication, AuthSeam } from '@tokenpair/core';
import type { SimpleJwtAuth, SimpleJwtAuthentication } from '@tokenpair/core/simplejwt';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { refusalOf } from '../support/outcome.ts';
import { craft, decode } from '../support/tokens.ts';
import { django, makeSimpleJwt } from './support.ts';

const NOT_VALID = ['token_not_valid', 401];
const bearer = (token: string) => ({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });

describe('one key, two kinds of token', () => {
  it('Tokenpair’s own tokens are refused by the preset', async () => {
    const own = await logIn(makeAuth());
    const { auth, store } = makeSimpleJwt();
    expect(await refusalOf(() => auth.verify(own.access))).toEqual(NOT_VALID);
    expect(await refusalOf(() => auth.refresh(own.refresh))).toEqual(NOT_VALID);
    expect(await refusalOf(() => auth.revoke(own.access))).toEqual(NOT_VALID);
    expect(store.calls).toEqual([]);
  });

  it('their claims would be refused too, were the header rewritten', async () => {
    const own = await logIn(makeAuth());
    const rewritten = craft({ alg: 'HS256', typ: 'JWT' }, decode(own.access).claims);
    expect(await refusalOf(() => makeSimpleJwt().auth.verify(rewritten))).toEqual(['token_wrong_type', 401]);
  });

  it('SimpleJWT’s tokens are refused by createAuth, those of Django and ours', async () => {
    const { auth } = makeAuth();
    const ours = await makeSimpleJwt().auth.issue({ subject: '1' });
    for (const token of [django.access(), ours.access]) {
      expect(await auth.guard()(bearer(token))).toMatchObject({
        passed: false,
        error: { code: 'token_not_valid' },
      });
    }
    for (const token of [django.refresh(), String(ours.refresh)]) {
      expect(await refusalOf(() => auth.refresh(token))).toEqual(NOT_VALID);
    }
  });
});

it('an adapter can take both: guard and handle are the seam', () => {
  expectTypeOf<Auth>().toExtend<AuthSeam<Authentication>>();
  expectTypeOf<SimpleJwtAuth>().toExtend<AuthSeam<SimpleJwtAuthentication>>();
});
