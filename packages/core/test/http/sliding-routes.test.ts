/** The token endpoints in sliding mode, by what a client sends and gets. */
import { basicClients } from '@tokenpair/core/http';
import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/auth.ts';
import { DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { type Sliding, slide } from '../support/sliding.ts';
import { craftFrom, decode } from '../support/tokens.ts';

const CREDENTIALS = { username: '1', password: PASSWORD };
const REQUIRED = 'This field is required.';
const CLIENT = ['Authorization', `Basic ${btoa('gateway:secret of the gateway')}`] as const;
const withClient = () =>
  slide({ authenticateClient: basicClients({ gateway: 'secret of the gateway' }), leeway: 0 });
const claimsOf = (token: string) => decode(token).claims;

/** The genuine token without a claim, or with another value of it. */
function changed(token: string, changes: Record<string, unknown>): string {
  const { claims, headerSegment } = decode(token);
  return craftFrom(headerSegment, { ...claims, ...changes });
}

const codeOf = async ({ post }: Sliding, path: string, body: object) => {
  const { status, body: answer } = await post(path, body);
  return [status, answer.code];
};

describe('POST / in sliding mode', () => {
  it('answers with the token and its seconds, and nothing else', async () => {
    const { post } = await slide();
    const { status, body, headers } = await post('/', CREDENTIALS);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token', 'token_type', 'expires_in', 'refresh_expires_in']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    expect(decode(body.token).header['typ']).toBe('sl+jwt');
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each([
    ['no field', {}, { username: REQUIRED, password: REQUIRED }],
    ['no password', { username: '1' }, { password: REQUIRED }],
    ['no username', { password: PASSWORD }, { username: REQUIRED }],
  ])('is 400 with %s', async (_name, body, fields) => {
    const { post } = await slide();
    expect(await post('/', body)).toMatchObject({ status: 400, body: { code: 'invalid_request', fields } });
  });

  it('is 401 for a wrong password and a disabled account', async () => {
    const test = await slide();
    test.users.set('2', { active: false, epoch: 'e0' });
    for (const body of [
      { username: '1', password: 'x' },
      { username: '2', password: PASSWORD },
    ])
      expect(await codeOf(test, '/', body)).toEqual([401, 'invalid_credentials']);
  });

  it('gives what opens a guarded route', async () => {
    const { post, guarded } = await slide();
    const { body } = await post('/', CREDENTIALS);
    expect(await guarded(body.token)).toBe('1');
  });
});

describe('POST /refresh in sliding mode', () => {
  it('takes the token and answers with a later one', async () => {
    const test = await slide();
    test.clock.advance(MINUTE);
    const { status, body } = await test.post('/refresh', { token: test.token });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token', 'token_type', 'expires_in', 'refresh_expires_in']);
    expect(Number(claimsOf(body.token)['exp'])).toBe(Number(claimsOf(test.token)['exp']) + 60);
    expect(await test.guarded(body.token)).toBe('1');
  });

  it('takes an expired one as well', async () => {
    const test = await slide();
    test.clock.advance(DAY - SECOND);
    expect(await test.guarded(test.token)).toBe('token_expired');
    expect((await test.post('/refresh/', { token: test.token })).status).toBe(200);
  });

  it.each([
    ['no field', {}, { token: REQUIRED }],
    ['the field of a pair', { refresh: 'x' }, { token: REQUIRED }],
    ['an empty token', { token: '' }, { token: 'This field must be a non-empty string.' }],
    ['a number', { token: 7 }, { token: 'This field must be a non-empty string.' }],
  ])('is 400 with %s', async (_name, body, fields) => {
    const { post } = await slide();
    expect(await post('/refresh', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', fields },
    });
  });

  it('is 401 for a token without exp, without refresh_exp, or past it', async () => {
    const test = await slide();
    for (const changes of [{ exp: undefined }, { refresh_exp: undefined }])
      expect(await codeOf(test, '/refresh', { token: changed(test.token, changes) })).toEqual([
        401,
        'token_not_valid',
      ]);
    test.clock.advance(DAY + 5 * SECOND);
    expect(await test.post('/refresh', { token: test.token })).toMatchObject({
      status: 401,
      body: { error: 'invalid_grant', code: 'token_expired' },
    });
  });

  it('is 401 for a user who is gone, disabled, or has another password', async () => {
    for (const [state, code] of [
      [undefined, 'no_active_account'],
      [{ active: false, epoch: 'e0' }, 'no_active_account'],
      [{ active: true, epoch: 'e1' }, 'password_changed'],
    ] as const) {
      const test = await slide();
      if (state === undefined) test.users.delete('1');
      else test.users.set('1', state);
      expect(await codeOf(test, '/refresh', { token: test.token })).toEqual([401, code]);
      // It stays refused when the user is back: the session has ended.
      test.users.set('1', { active: true, epoch: 'e0' });
      expect((await test.post('/refresh', { token: test.token })).status).toBe(401);
    }
  });

  it('is 401 when a renewed token comes again, and then for its successor too', async () => {
    const test = await slide();
    const { body } = await test.post('/refresh', { token: test.token });
    test.clock.advance(36 * SECOND);
    expect(await codeOf(test, '/refresh', { token: test.token })).toEqual([401, 'refresh_token_reused']);
    expect(await codeOf(test, '/refresh', { token: body.token })).toEqual([401, 'token_revoked']);
    expect(await test.guarded(body.token)).toBe('token_revoked');
  });

  it('gives parallel requests one answer', async () => {
    const test = await slide();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => test.post('/refresh', { token: test.token })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});

describe('POST /logout in sliding mode', () => {
  it.each(['/logout', '/blacklist/'])(
    '%s takes the token, and everything of the session is dead',
    async (path) => {
      const test = await slide();
      const next = await test.renew(test.token);
      expect(await test.post(path, { token: next })).toMatchObject({ status: 200, body: {} });
      for (const token of [test.token, next]) {
        expect(await test.guarded(token)).toBe('token_revoked');
        expect(await codeOf(test, '/refresh', { token })).toEqual([401, 'token_revoked']);
        expect(await codeOf(test, '/verify', { token })).toEqual([401, 'token_revoked']);
      }
      expect((await test.post(path, { token: next })).status).toBe(200);
    },
  );

  it('takes a superseded token, and one past refresh_exp', async () => {
    const test = await slide();
    const next = await test.renew(test.token);
    test.clock.advance(3 * DAY);
    expect((await test.post('/logout', { token: test.token })).status).toBe(200);
    expect((await test.record())?.revokedFor).toBe('logout');
    expect(next).not.toBe(test.token);
  });

  it('is 400 with the field of a pair, 401 with garbage', async () => {
    const test = await slide();
    expect(await test.post('/logout', { refresh: test.token })).toMatchObject({
      status: 400,
      body: { fields: { token: REQUIRED } },
    });
    expect(await codeOf(test, '/logout', { token: 'x.y.z' })).toEqual([401, 'token_not_valid']);
    expect(await test.guarded(test.token)).toBe('1');
  });

  it('brings no token back when the records are pruned', async () => {
    const test = await slide({ access: { ttl: '2m' }, refresh: { ttl: '2m' }, session: { ttl: '30m' } });
    await test.auth.logout(test.token);
    for (let n = 0; n < 40; n++) {
      test.clock.advance(MINUTE);
      await test.auth.prune();
      expect(await test.guarded(test.token)).not.toBe('1');
      expect((await test.post('/refresh', { token: test.token })).status).toBe(401);
    }
  });
});

describe('POST /verify in sliding mode', () => {
  it('takes a token as long as it is good as access, a superseded one too', async () => {
    const test = await slide();
    await test.renew(test.token);
    test.clock.advance(MINUTE);
    expect(await test.post('/verify', { token: test.token })).toMatchObject({ status: 200, body: {} });
    test.clock.advance(4 * MINUTE + 5 * SECOND);
    expect(await codeOf(test, '/verify', { token: test.token })).toEqual([401, 'token_expired']);
    expect((await test.record())?.revokedAt).toBeUndefined();
  });

  it('refuses a token without exp', async () => {
    const test = await slide();
    const token = changed(test.token, { exp: undefined });
    expect(await codeOf(test, '/verify', { token })).toEqual([401, 'token_not_valid']);
  });

  it('asks the store whatever revocation says', async () => {
    const test = await slide({ revocation: 'none' });
    await test.auth.logout(test.token);
    expect(await codeOf(test, '/verify', { token: test.token })).toEqual([401, 'token_revoked']);
  });
});

describe('the endpoints of clients in sliding mode', () => {
  it('introspect says what the token says, as a Bearer', async () => {
    const test = await withClient();
    const { body } = await test.post('/introspect', { token: test.token }, [CLIENT]);
    expect(body).toEqual({ ...claimsOf(test.token), active: true, token_type: 'Bearer' });
  });

  it('introspect calls one past exp inactive, renewable or not', async () => {
    const test = await withClient();
    test.clock.now = T0 + 5 * MINUTE;
    expect((await test.post('/introspect', { token: test.token }, [CLIENT])).body).toEqual({ active: false });
  });

  it('revoke ends the session: the token is its refresh token', async () => {
    for (const wait of [0, MINUTE * 10]) {
      const test = await withClient();
      const next = await test.renew(test.token);
      test.clock.advance(wait);
      expect((await test.post('/revoke', { token: next }, [CLIENT])).status).toBe(200);
      expect((await test.record())?.revokedFor).toBe('revoked');
      expect(test.store.calls).not.toContain('blacklist');
      expect(await codeOf(test, '/refresh', { token: next })).toEqual([401, 'token_revoked']);
    }
  });

  it('revoke takes an unknown token too', async () => {
    const test = await withClient();
    expect((await test.post('/revoke', { token: 'x.y.z' }, [CLIENT])).status).toBe(200);
    expect(await test.guarded(test.token)).toBe('1');
  });
});

describe('the endpoints of sessions in sliding mode', () => {
  it('list one session after renewals, and end it', async () => {
    const test = await slide();
    const token = await test.renew(await test.renew(test.token));
    const answer = await test.get('/sessions', token);
    expect(answer?.body.sessions).toMatchObject([{ id: test.ref.id, current: true }]);
    expect(JSON.stringify(answer?.body)).not.toContain(token.split('.')[1]);
    const headers = [['Authorization', `Bearer ${token}`]] as const;
    expect((await test.post('/logout-all', {}, headers)).body).toEqual({ revoked: 1 });
    expect(await test.guarded(token)).toBe('token_revoked');
  });
});

describe('answerPair in sliding mode', () => {
  it('answers as the login does', async () => {
    const test = await slide();
    const pair = await test.auth.refresh(test.token);
    const { body } = await test.auth.answerPair(pair);
    expect(JSON.parse(String(body))).toEqual({
      token: pair.access,
      token_type: 'Bearer',
      expires_in: 300,
      refresh_expires_in: 86_400,
    });
  });
});
