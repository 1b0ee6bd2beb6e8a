import { RateLimitedError } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import { createTranslator } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';
import { ja } from '@tokenpair/core/translations/ja';
import { zhHans } from '@tokenpair/core/translations/zh-hans';
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { makeSimpleJwt } from '../simplejwt/support.ts';
import { AUDIENCE, ISSUER, logIn, makeAuth } from '../support/auth.ts';
import { COOKIE_OPTIONS, type Line, SAME_ORIGIN } from '../support/cookies.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { SECRET } from '../support/tokens.ts';

const translate = createTranslator({ catalogues: [de, ja, zhHans] });
const GERMAN: Line = ['Accept-Language', 'de-AT,de;q=0.9,en;q=0.8'];
const FORM: Line = ['Content-Type', 'application/x-www-form-urlencoded'];
const CHALLENGED = 'Bearer realm="api", error="invalid_token", error_description="The token is not valid."';

const garbage = (language: Line) =>
  requestOf('GET', '/hello', { headers: [['Authorization', 'Bearer x'], language] });

describe('a refusal of a token endpoint', () => {
  it('says what happened in the language of the request, and nothing else in it', async () => {
    const { auth } = makeAuth({ translate });
    const answer = plain(await auth.handle(jsonRequest('/refresh', { refresh: 'x' }, [GERMAN])));
    expect(answer).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer realm="api"',
        'content-language': 'de',
        vary: 'Accept-Language',
      },
      body: { error: 'invalid_grant', code: 'token_not_valid', detail: 'Das Token ist ungültig.' },
    });
  });

  it('says so of every field', async () => {
    const { auth } = makeAuth({ translate });
    const login = await auth.handle(jsonRequest('/', { username: 1 }, [GERMAN]));
    expect(plain(login)?.body).toEqual({
      error: 'invalid_request',
      code: 'invalid_request',
      detail: de.sentences.invalid_request,
      fields: { username: de.sentences.field_not_text, password: de.sentences.field_required },
    });
  });

  it('says so of a token that does not belong into a body', async () => {
    const { auth } = makeAuth({ ...COOKIE_OPTIONS, translate });
    const answer = await auth.handle(jsonRequest('/refresh', { refresh: 'x' }, [SAME_ORIGIN, GERMAN]));
    expect(plain(answer)?.body.fields).toEqual({ refresh: de.sentences.field_refused });
  });

  it('says so of a flag', async () => {
    const test = makeAuth({ translate });
    const { access } = await logIn(test);
    const headers: Line[] = [['Authorization', `Bearer ${access}`], GERMAN];
    const answer = await test.auth.handle(jsonRequest('/logout-all', { keep_current: 'perhaps' }, headers));
    expect(plain(answer)?.body.fields).toEqual({ keep_current: de.sentences.field_not_flag });
  });

  it('leaves the sentences that an app has for fields of its own', async () => {
    const login = () => {
      throw new RateLimitedError({
        retryAfter: 9,
        fields: { username: 'Wait a little.', password: 'This field is required.' },
      });
    };
    const { auth } = makeAuth({ translate, login });
    const answer = plain(await auth.handle(jsonRequest('/', { username: '1', password: 'x' }, [GERMAN])));
    expect(answer?.headers).toMatchObject({ 'retry-after': '9', 'content-language': 'de' });
    expect(answer?.body).toMatchObject({
      detail: de.sentences.rate_limited,
      fields: { username: 'Wait a little.', password: de.sentences.field_required },
    });
  });

  it('says that it is English where it is', async () => {
    const { auth } = makeAuth({ translate });
    const answer = plain(await auth.handle(jsonRequest('/refresh', { refresh: 'x' })));
    expect(answer?.headers).toMatchObject({ 'content-language': 'en', vary: 'Accept-Language' });
    expect(answer?.body.detail).toBe('The token is not valid.');
  });

  it('is what it always was without translations', async () => {
    const { auth } = makeAuth();
    const answer = plain(await auth.handle(jsonRequest('/refresh', { refresh: 'x' }, [GERMAN])));
    expect(Object.keys(answer?.headers ?? {})).toEqual(['content-type', 'cache-control', 'www-authenticate']);
    expect(answer?.body.detail).toBe('The token is not valid.');
  });

  it('is said to each request in its own language, whoever asked before', async () => {
    const { auth } = makeAuth({ translate });
    const said = async (...lines: Line[]) =>
      plain(await auth.handle(jsonRequest('/refresh', { refresh: 'x' }, lines)))?.body.detail;
    const languages = ['de', 'ja', 'it', 'zh-CN'];
    const all = await Promise.all(languages.map((language) => said(['accept-language', language])));
    const english = 'The token is not valid.';
    expect(all).toEqual([
      de.sentences.token_not_valid,
      ja.sentences.token_not_valid,
      english,
      zhHans.sentences.token_not_valid,
    ]);
    expect(await said()).toBe(english);
    expect(await said(['Accept-Language', 'it'], ['Accept-Language', 'ja;q=0.1'])).toBe(
      ja.sentences.token_not_valid,
    );
  });

  it('takes a language to a good answer nowhere', async () => {
    const { auth } = makeAuth({ translate });
    for (const request of [
      jsonRequest('/', { username: '1', password: 'correct horse' }, [GERMAN]),
      requestOf('GET', '/jwks', { headers: [GERMAN] }),
    ]) {
      const answer = plain(await auth.handle(request));
      expect(answer?.status).toBe(200);
      expect(answer?.headers).not.toHaveProperty('vary');
      expect(answer?.headers).not.toHaveProperty('content-language');
    }
  });
});

describe('a refusal of a guard', () => {
  it('keeps its challenge in English, which is ASCII, and adds to what its answer differs by', async () => {
    const { auth } = makeAuth({ translate });
    const outcome = await auth.guard()(garbage(['Accept-Language', 'zh-CN,zh;q=0.9']));
    if (outcome.passed) return expect.unreachable();
    expect(plain(outcome.answer)).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate': CHALLENGED,
        'content-language': 'zh-Hans',
        vary: 'Authorization, Cookie, Accept-Language',
      },
      body: { error: 'invalid_token', code: 'token_not_valid', detail: zhHans.sentences.token_not_valid },
    });
    expect(outcome.error.message).toBe('The token is not valid.');
    expect(JSON.stringify(outcome.error)).toBe(outcome.answer.body);
    expect(outcome.error.headers).toMatchObject({ 'content-language': 'zh-Hans' });
  });

  it('has no character in any header that HTTP does not', async () => {
    const { auth } = makeAuth({ translate });
    for (const options of [{}, { scope: 'admin' }, { freshWithin: 1 }] as const) {
      const outcome = await auth.guard(options)(garbage(GERMAN));
      if (outcome.passed) return expect.unreachable();
      for (const [, value] of outcome.answer.headers) expect(value).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it('leaves what an app answers to whoever passes alone', async () => {
    const test = makeAuth({ translate });
    const { access } = await logIn(test);
    const guard = test.auth.guard();
    expect(
      await guard(requestOf('GET', '/', { headers: [['Authorization', `Bearer ${access}`], GERMAN] })),
    ).toMatchObject({ passed: true });
    expect(guard.headers).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Authorization, Cookie'],
    ]);
  });

  it('is thrown in that language by authenticate()', async () => {
    const { auth } = makeAuth({ translate });
    const headers = { authorization: 'Bearer x', 'accept-language': 'ja' };
    const error = await auth.authenticate({ headers }).catch((thrown: unknown) => thrown);
    expect(JSON.parse(JSON.stringify(error)).detail).toBe(ja.sentences.token_not_valid);
  });

  it('of a verifier is in that language', async () => {
    const issuers = [{ issuer: ISSUER, audience: AUDIENCE, keys: { alg: 'HS256', secret: SECRET } }] as const;
    const { guard } = createVerifier({ issuers, translate });
    const outcome = await guard()(garbage(GERMAN));
    expect(outcome.passed || plain(outcome.answer)?.body.detail).toBe(de.sentences.token_not_valid);
  });
});

describe('tokens shared with Django', () => {
  it('are refused in that language, by guards and endpoints', async () => {
    const { auth } = makeSimpleJwt({ translate });
    const outcome = await auth.guard()(garbage(GERMAN));
    expect(outcome.passed || plain(outcome.answer)?.body.detail).toBe(de.sentences.token_not_valid);
    const answer = plain(await auth.handle(jsonRequest('/refresh', {}, [GERMAN])));
    expect(answer?.body).toMatchObject({
      detail: de.sentences.invalid_request,
      fields: { refresh: de.sentences.field_required },
    });
  });
});

describe('the OAuth 2 wire', () => {
  const send = async (form: Record<string, string>, ...lines: Line[]) => {
    const { auth } = makeAuth({
      translate,
      wire: 'oauth2',
      authenticateClient: basicClients({ web: 's3cret' }),
    });
    const body = new URLSearchParams(form).toString();
    return plain(await auth.handle(requestOf('POST', '/token', { headers: [FORM, ...lines], body })));
  };

  it.each([
    [
      { grant_type: 'refresh_token', refresh_token: 'x' },
      'invalid_grant',
      'The token is not valid.',
      de.sentences.token_not_valid,
    ],
    [
      { grant_type: 'magic' },
      'unsupported_grant_type',
      'This grant type is not supported here.',
      de.sentences.unsupported_grant_type,
    ],
    [
      { grant_type: 'password', username: '1', password: 'correct horse', scope: 'everything' },
      'invalid_scope',
      'The scope is malformed or wider than what was granted.',
      de.sentences.invalid_scope,
    ],
  ])(
    'keeps error_description of %j in English, which is ASCII',
    async (form, error, error_description, detail) => {
      const answer = await send(form, GERMAN);
      expect(answer?.body).toMatchObject({ error, error_description, detail });
      expect(answer?.headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language' });
    },
  );

  it('translates what it says of fields', async () => {
    const answer = await send({ grant_type: 'refresh_token' }, GERMAN);
    expect(answer?.body.fields).toEqual({ refresh_token: de.sentences.field_required });
  });

  it('says both alike in English', async () => {
    const answer = await send({ grant_type: 'magic' });
    expect(answer?.body.detail).toBe(answer?.body.error_description);
  });

  it('refuses at the address of the metadata in that language too', async () => {
    const { auth } = makeAuth({ translate, wire: 'oauth2' });
    const routes = auth.metadataRoutes({ prefix: '/api/token' });
    const answer = await routes(
      requestOf('POST', '/.well-known/oauth-authorization-server', { headers: [GERMAN] }),
    );
    expect(plain(answer)?.body.detail).toBe(de.sentences.method_not_allowed);
  });
});
