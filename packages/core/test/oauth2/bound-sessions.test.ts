import { describe, expect, it } from 'vitest';
import { decode } from '../support/tokens.ts';
import { basic, logIn, MOBILE, make, refresh, refusal, send, WEB } from './support.ts';

const INVALID_CLIENT = [401, 'invalid_client', 'invalid_client'];
const FOREIGN = [400, 'invalid_grant', 'token_not_valid'];
const SPA = { client_id: 'spa' };
const clientIn = (token: unknown) => decode(String(token)).claims['client_id'];
const open = () => make({ publicClients: ['spa', 'cli'] });

/** The session of the one user, as the app sees it. */
async function sessionOf(test: ReturnType<typeof make>) {
  const [session] = await test.auth.sessions.list('1');
  if (session === undefined) throw new Error('there is no session');
  return session;
}

describe('a public client', () => {
  it('is named in both tokens and those after them', async () => {
    const test = open();
    const { body } = await logIn(test, SPA);
    expect([clientIn(body.access_token), clientIn(body.refresh_token)]).toEqual(['spa', 'spa']);
    const next = (await refresh(test, body.refresh_token, SPA)).body;
    expect([clientIn(next.access_token), clientIn(next.refresh_token)]).toEqual(['spa', 'spa']);
  });

  it.each([
    ['another public client', { client_id: 'cli' }, undefined],
    ['nobody in particular', {}, undefined],
    ['a client with a secret', {}, WEB],
  ] as const)('shares its refresh token with nobody: %s', async (_who, form, authorization) => {
    const test = open();
    const { refresh_token: token } = (await logIn(test, SPA)).body;
    expect(refusal(await refresh(test, token, form, authorization))).toEqual(FOREIGN);
    expect(refusal(await send(test, '/revoke', { token, ...form }, authorization))).toEqual(FOREIGN);
    expect((await refresh(test, token, SPA)).status).toBe(200);
  });

  it.each([
    ['of a client with a secret', 'web'],
    ['that nobody knows', 'x'],
    ['in other case', 'SPA'],
    ['of the prototype', 'constructor'],
  ])('cannot say an id %s', async (_what, id) => {
    const test = open();
    const form = { client_id: id };
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    for (const answer of [
      await logIn(test, form),
      await refresh(test, token, form),
      await send(test, '/revoke', { token, ...form }),
    ])
      expect(refusal(answer)).toEqual(INVALID_CLIENT);
    expect((await refresh(test, token, {}, WEB)).status).toBe(200);
  });

  it('does not introspect', async () => {
    const test = open();
    const { access_token: token } = (await logIn(test, SPA)).body;
    expect(refusal(await send(test, '/introspect', { token, ...SPA }))).toEqual(INVALID_CLIENT);
  });

  it('with a secret that nobody gave it is refused', async () => {
    expect(refusal(await logIn(open(), {}, basic('spa', 'x')))).toEqual(INVALID_CLIENT);
  });

  it('is known by any id where no client has a secret', async () => {
    const test = make({ authenticateClient: undefined });
    const { body } = await logIn(test, SPA);
    expect([clientIn(body.access_token), clientIn(body.refresh_token)]).toEqual(['spa', 'spa']);
    expect(refusal(await refresh(test, body.refresh_token, { client_id: 'cli' }))).toEqual(FOREIGN);
    expect(refusal(await logIn(test, { client_id: 'a:b' }))).toEqual(INVALID_CLIENT);
  });

  it('goes with this wire alone, and has an id that HTTP Basic can carry', () => {
    expect(() => make({ wire: 'tokenpair', publicClients: ['spa'] })).toThrow(TypeError);
    for (const id of ['', 'a:b', 'a+b', 'a%b', 'é', 1])
      expect(() => make({ publicClients: [id as string] })).toThrow(TypeError);
  });
});

describe.each([
  ['a client with a secret', {}, WEB, 'web'],
  ['a public client', SPA, undefined, 'spa'],
] as const)('the session of %s', (_who, form, authorization, id) => {
  it('stays with it when the app reauthenticates it', async () => {
    const test = open();
    await logIn(test, form, authorization);
    const user = test.users.get('1');
    if (user) user.epoch = 'e1';
    const pair = await test.auth.sessions.reauthenticate(await sessionOf(test), { epoch: 'e1' });
    expect([clientIn(pair.access), clientIn(pair.refresh)]).toEqual([id, id]);
    expect(refusal(await refresh(test, String(pair.refresh), {}, MOBILE))).toEqual(FOREIGN);
    expect(refusal(await refresh(test, String(pair.refresh)))).toEqual(FOREIGN);
    expect((await refresh(test, String(pair.refresh), form, authorization)).status).toBe(200);
  });

  it('stays with it also in the session that takes its place', async () => {
    const test = open();
    const { refresh_token: token } = (await logIn(test, form, authorization)).body;
    const before = await sessionOf(test);
    const user = test.users.get('1');
    if (user) Object.assign(user, { epoch: 'e1', claims: undefined });
    // A refresh that falls between the new password and the reauthentication ends the session.
    expect(refusal(await refresh(test, token, form, authorization))[2]).toBe('password_changed');
    const pair = await test.auth.sessions.reauthenticate(before, { epoch: 'e1' });
    expect(pair.session.id).not.toBe(before.id);
    expect([clientIn(pair.access), clientIn(pair.refresh)]).toEqual([id, id]);
  });

  it('keeps the claims of its login beside it, and signs no client among them', async () => {
    const login = () => ({ subject: '1', claims: { tenant: 'a' } });
    const test = make({ publicClients: ['spa'], login, resolve: undefined });
    const { refresh_token: token } = (await logIn(test, form, authorization)).body;
    expect((await sessionOf(test)).data).toEqual({ tenant: 'a', client_id: id });
    const { access_token: access } = (await refresh(test, token, form, authorization)).body;
    expect(decode(access).claims).toMatchObject({ tenant: 'a', client_id: id });
  });

  it('shows no client to a schema of the app', async () => {
    const seen: unknown[] = [];
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => ({ value: seen.push(value) && value }),
      },
    };
    const login = () => ({ subject: '1', claims: { tenant: 'a' } });
    const test = make({ publicClients: ['spa'], login, resolve: undefined, claims: schema as never });
    const { refresh_token: token } = (await logIn(test, form, authorization)).body;
    expect((await refresh(test, token, form, authorization)).status).toBe(200);
    expect(seen.length).toBeGreaterThan(1);
    for (const own of seen) expect(own).toEqual({ tenant: 'a' });
  });
});

describe('a session of nobody in particular', () => {
  it('is bound to none by a reauthentication either', async () => {
    const test = open();
    await logIn(test);
    const pair = await test.auth.sessions.reauthenticate(await sessionOf(test), { epoch: 'e0' });
    expect([clientIn(pair.access), clientIn(pair.refresh)]).toEqual([undefined, undefined]);
    expect((await refresh(test, String(pair.refresh))).status).toBe(200);
  });

  it('keeps no client in its record', async () => {
    const test = open();
    await logIn(test);
    expect(JSON.stringify(await sessionOf(test))).not.toContain('client_id');
  });
});
