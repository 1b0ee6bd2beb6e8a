import { describe, expect, it } from 'vitest';
import { logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { plain, requestOf } from '../support/requests.ts';

const bearer = (access: string) => ['Authorization', `Bearer ${access}`] as const;

const ask = async ({ auth }: TestAuth, method: string, path: string, access: string, body?: string) => {
  const json = body === undefined ? [] : [['Content-Type', 'application/json'] as const];
  const init = body === undefined ? {} : { body };
  return auth.handle(requestOf(method, path, { headers: [bearer(access), ...json], ...init }));
};

describe('GET /sessions', () => {
  it('lists the live sessions of whoever asks, newest first, without token material', async () => {
    const test = makeAuth();
    const first = await logIn(test);
    test.clock.advance(MINUTE);
    const second = await logIn(test);
    await logIn(test, '2');
    const answer = plain(await ask(test, 'GET', '/sessions', second.access));
    expect(answer?.status).toBe(200);
    expect(answer?.headers['cache-control']).toBe('no-store');
    expect(answer?.body).toEqual({
      sessions: [
        {
          id: second.ref.id,
          created_at: '2027-01-15T08:01:00.000Z',
          last_used_at: '2027-01-15T08:01:00.000Z',
          expires_at: '2027-01-16T08:01:00.000Z',
          current: true,
          label: null,
          user_agent: null,
          ip: null,
        },
        expect.objectContaining({ id: first.ref.id, current: false }),
      ],
    });
    for (const token of [first.access, first.refresh, second.access, second.refresh]) {
      expect(JSON.stringify(answer?.body)).not.toContain(token.split('.')[2]);
    }
  });

  it('shows label, user agent and ip where they are known', async () => {
    const test = makeAuth();
    const client = { label: 'Work phone', userAgent: 'Firefox', ip: '192.0.2.1' };
    const { access } = await test.auth.sessions.issue({ subject: '1', epoch: 'e0' }, client);
    const answer = plain(await ask(test, 'GET', '/sessions', access));
    expect(answer?.body.sessions[0]).toMatchObject({
      label: 'Work phone',
      user_agent: 'Firefox',
      ip: '192.0.2.1',
    });
  });

  it('asks the store whatever revocation says', async () => {
    const test = makeAuth({ revocation: 'none' });
    const { access, ref } = await logIn(test);
    await test.auth.sessions.revoke(ref);
    const answer = plain(await ask(test, 'GET', '/sessions', access));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_revoked']);
  });

  it('wants a credential', async () => {
    const answer = plain(await makeAuth().auth.handle(requestOf('GET', '/sessions')));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_missing']);
    expect(answer?.headers['www-authenticate']).toBe('Bearer realm="api"');
  });

  it('says 405 before 401', async () => {
    const answer = plain(await makeAuth().auth.handle(requestOf('POST', '/sessions')));
    expect([answer?.status, answer?.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describe('DELETE /sessions/:id', () => {
  it('ends one session and nothing else', async () => {
    const test = makeAuth();
    const [first, second] = [await logIn(test), await logIn(test)];
    const answer = await ask(test, 'DELETE', `/sessions/${first.ref.id}/`, second.access);
    expect([answer?.status, answer?.body]).toEqual([204, undefined]);
    await expect(test.auth.refresh(first.refresh)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(test.auth.refresh(second.refresh)).resolves.toBeDefined();
  });

  it.each(['somebody else’s', 'an unknown', 'an ended'])('says 404 for %s session', async (whose) => {
    const test = makeAuth();
    const own = await logIn(test);
    const other = await logIn(test, '2');
    const ended = await logIn(test);
    await test.auth.sessions.revoke(ended.ref);
    const id = { 'somebody else’s': other.ref.id, 'an unknown': 'none', 'an ended': ended.ref.id }[whose];
    const answer = plain(await ask(test, 'DELETE', `/sessions/${id}`, own.access));
    expect([answer?.status, answer?.body.code, answer?.body.error]).toEqual([
      404,
      'not_found',
      'invalid_request',
    ]);
    await expect(test.auth.refresh(other.refresh)).resolves.toBeDefined();
  });

  it('is no path below it', async () => {
    const test = makeAuth();
    const { access, ref } = await logIn(test);
    expect(await ask(test, 'DELETE', `/sessions/${ref.id}/more`, access)).toBeUndefined();
  });
});

describe('POST /logout-all', () => {
  it.each([
    ['all of them', undefined, 3],
    ['all but the current one', '{"keep_current":true}', 2],
    ['all of them when told to keep none', '{"keep_current":false}', 3],
  ])('ends %s', async (_which, body, revoked) => {
    const test = makeAuth();
    const [first, , current] = [await logIn(test), await logIn(test), await logIn(test)];
    const other = await logIn(test, '2');
    const answer = plain(await ask(test, 'POST', '/logout-all', current.access, body));
    expect([answer?.status, answer?.body]).toEqual([200, { revoked }]);
    await expect(test.auth.refresh(first.refresh)).rejects.toMatchObject({ code: 'token_revoked' });
    await expect(test.auth.refresh(other.refresh)).resolves.toBeDefined();
    const kept = test.auth.refresh(current.refresh).then(
      () => true,
      () => false,
    );
    expect(await kept).toBe(revoked === 2);
  });

  it('takes keep_current from a form too', async () => {
    const test = makeAuth();
    const current = await logIn(test);
    const headers = [bearer(current.access), ['Content-Type', 'application/x-www-form-urlencoded'] as const];
    const answer = plain(
      await test.auth.handle(requestOf('POST', '/logout-all', { headers, body: 'keep_current=true' })),
    );
    expect(answer?.body).toEqual({ revoked: 0 });
  });

  it('refuses a keep_current that is neither', async () => {
    const test = makeAuth();
    const current = await logIn(test);
    const answer = plain(await ask(test, 'POST', '/logout-all', current.access, '{"keep_current":"yes"}'));
    expect([answer?.status, answer?.body.fields]).toEqual([
      400,
      { keep_current: 'This field must be true or false.' },
    ]);
    await expect(test.auth.refresh(current.refresh)).resolves.toBeDefined();
  });
});

describe('GET /jwks', () => {
  it('is empty for a service that signs with a secret, and may be cached', async () => {
    const answer = plain(await makeAuth().auth.handle(requestOf('GET', '/jwks')));
    expect([answer?.status, answer?.body]).toEqual([200, { keys: [] }]);
    expect(answer?.headers['cache-control']).toBe('public, max-age=300');
  });
});
