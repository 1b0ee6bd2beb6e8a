import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { decode } from '../support/tokens.ts';

async function start(options: Parameters<typeof makeAuth>[0] = {}) {
  const test = makeAuth(options);
  const [current, other] = [await logIn(test), await logIn(test)];
  /** The app saves the password with its new epoch first. */
  const changePassword = () => test.users.set('1', { active: true, epoch: 'e1', scope: 'read' });
  return { ...test, current, other, changePassword };
}

describe('the list of sessions', () => {
  it('has the live ones of the subject, newest first', async () => {
    const test = makeAuth();
    const first = await logIn(test);
    test.clock.advance(MINUTE);
    const second = await logIn(test);
    const ended = await logIn(test);
    await logIn(test, '2');
    await test.auth.logout(ended.refresh);
    expect((await test.auth.sessions.list('1')).map(({ id }) => id)).toEqual([second.ref.id, first.ref.id]);
    test.clock.now = T0 + DAY;
    expect((await test.auth.sessions.list('1')).map(({ id }) => id)).toEqual([second.ref.id]);
    expect(await test.auth.sessions.list('nobody')).toEqual([]);
  });

  it('holds no token', async () => {
    const test = makeAuth();
    const { access, refresh } = await logIn(test);
    const text = JSON.stringify(await test.auth.sessions.list('1'));
    for (const token of [access, refresh])
      for (const part of token.split('.')) expect(text).not.toContain(part);
  });
});

describe('reauthenticate (a password change that keeps this session)', () => {
  it('moves the current session to the new epoch with a new pair, and ends the others', async () => {
    const test = await start();
    test.changePassword();
    test.clock.advance(MINUTE);
    const pair = await test.auth.sessions.reauthenticate(test.current.ref, {
      epoch: 'e1',
      client: { userAgent: 'B' },
    });
    expect(pair.session).toMatchObject({
      id: test.current.ref.id,
      epoch: 'e1',
      generation: 1,
      rotatedAt: T0 + MINUTE,
      client: { userAgent: 'B' },
    });
    expect(decode(pair.access).claims).toMatchObject({
      sid: test.current.ref.id,
      auth_time: T0 / 1000,
      scope: 'read',
    });
    expect(decode(pair.refresh).claims).toMatchObject({ gen: 1 });
    expect((await test.auth.sessions.list('1')).map(({ id }) => id)).toEqual([test.current.ref.id]);
    expect(await refusalOf(() => test.auth.refresh(test.other.refresh))).toEqual(['password_changed', 401]);
    expect((await test.auth.refresh(String(pair.refresh))).refresh).toBeTypeOf('string');
  });

  it('never extends the absolute end (I9)', async () => {
    const test = await start();
    test.changePassword();
    test.clock.advance(MINUTE);
    const { session } = await test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' });
    expect([session.endsAt, session.createdAt, session.authTime]).toEqual([T0 + 30 * DAY, T0, T0]);
  });

  it('ends sessions of other epochs, whatever ended first: one that was not moved dies at its refresh', async () => {
    const test = await start();
    test.changePassword();
    expect(await refusalOf(() => test.auth.refresh(test.current.refresh))).toEqual(['password_changed', 401]);
  });

  it('gives the token that a client was using meanwhile the same successor in grace', async () => {
    const test = await start();
    test.changePassword();
    const pair = await test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' });
    expect((await test.auth.refresh(test.current.refresh)).refresh).toBe(pair.refresh);
    test.clock.advance(36 * SECOND);
    expect(await refusalOf(() => test.auth.refresh(test.current.refresh))).toEqual([
      'refresh_token_reused',
      401,
    ]);
  });

  it('goes on after a race lost to a refresh', async () => {
    const test = await start();
    test.store.before('advance', () => test.auth.refresh(test.current.refresh));
    const pair = await test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' });
    expect(pair.session.generation).toBe(2);
  });

  it.each([
    [
      'ended',
      async (test: Awaited<ReturnType<typeof start>>) => void (await test.auth.logout(test.current.refresh)),
    ],
    ['past its end', async (test: Awaited<ReturnType<typeof start>>) => test.clock.advance(30 * DAY)],
  ])('is token_revoked for a session that is %s, and ends nothing', async (_name, end) => {
    const test = await start();
    await end(test);
    test.store.calls.length = 0;
    expect(
      await refusalOf(() => test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' })),
    ).toEqual(['token_revoked', 401]);
    expect(test.store.calls).toEqual(['find']);
  });

  it.each([
    ['an unknown id', { id: 'unknown', subject: '1' }],
    ['another subject', undefined],
  ])('is token_revoked for %s', async (_name, ref) => {
    const test = await start();
    const wrong = ref ?? { id: test.current.ref.id, subject: '2' };
    expect(await refusalOf(() => test.auth.sessions.reauthenticate(wrong, { epoch: 'e1' }))).toEqual([
      'token_revoked',
      401,
    ]);
    expect(await test.auth.sessions.list('1')).toHaveLength(2);
  });

  it('leaves only sessions of the old epoch when the others could not be ended: they die at their refresh', async () => {
    const test = await start();
    test.changePassword();
    test.store.fail('throw', 'revoke', 1);
    expect(
      await refusalOf(() => test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' })),
    ).toEqual(['store_unavailable', 503]);
    expect(await refusalOf(() => test.auth.refresh(test.other.refresh))).toEqual(['password_changed', 401]);
    const pair = await test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' });
    expect((await test.auth.refresh(String(pair.refresh))).refresh).toBeTypeOf('string');
  });

  it('is no_active_account for a subject that is disabled meanwhile, and hands nothing out', async () => {
    const test = await start();
    test.users.set('1', { active: false, epoch: 'e1' });
    expect(
      (await failureOf(() => test.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' }))).code,
    ).toBe('no_active_account');
  });

  it('gives up with 503 when the race is always lost', async () => {
    const test = await start();
    const advance = test.store.advance.bind(test.store);
    const losing = makeAuth({
      clock: test.clock,
      store: { ...test.store, advance: async () => undefined } as never,
    });
    expect(advance).toBeTypeOf('function');
    expect(
      await refusalOf(() => losing.auth.sessions.reauthenticate(test.current.ref, { epoch: 'e1' })),
    ).toEqual(['store_unavailable', 503]);
  });
});
