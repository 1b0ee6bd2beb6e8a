import { describe, expect, it } from 'vitest';
import { createSigner, type RunningPortal, startPortal } from './support/in-process.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const NOW = Math.floor(Date.now() / 1000);

async function send({ settings }: RunningPortal, body: Record<string, string>) {
  const response = await fetch(`${settings.portalUrl}/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams(body),
  });
  return {
    status: response.status,
    cache: response.headers.get('cache-control'),
    text: await response.text(),
  };
}

/** A session of vitor's, by the provider's name for the sign-in; tells whether it lives. */
async function openSession({ browsers }: RunningPortal, sid = 'op session', subject = 'vitor') {
  const { session } = await browsers.sessions.issue({ subject, claims: { op_sid: sid } });
  return async () => (await browsers.sessions.list(subject)).some(({ id }) => id === session.id);
}

describe('a logout token', () => {
  it('ends the sessions of its sign-in, and no others', async () => {
    const portal = await startPortal();
    const one = await openSession(portal);
    const two = await openSession(portal);
    const elsewhere = await openSession(portal, 'another sign-in');
    const somebody = await openSession(portal, 'op session', 'admin');
    const answer = await send(portal, { logout_token: await portal.provider.sign() });
    expect([answer.status, answer.cache]).toEqual([200, 'no-store']);
    expect([await one(), await two(), await elsewhere(), await somebody()]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('ends all sessions of the subject where it names no sign-in', async () => {
    const portal = await startPortal();
    const all = [await openSession(portal), await openSession(portal, 'another sign-in')];
    const somebody = await openSession(portal, 'x', 'admin');
    const logout_token = await portal.provider.sign({ sid: undefined });
    expect((await send(portal, { logout_token })).status).toBe(200);
    expect(await Promise.all(all.map((lives) => lives()))).toEqual([false, false]);
    expect(await somebody()).toBe(true);
  });

  it('is good once: a copy ends nothing that was opened later', async () => {
    const portal = await startPortal();
    const logout_token = await portal.provider.sign({ sid: undefined });
    expect((await send(portal, { logout_token })).status).toBe(200);
    const lives = await openSession(portal);
    const { status, text } = await send(portal, { logout_token });
    expect([status, JSON.parse(text).code]).toEqual([400, 'token_revoked']);
    expect(await lives()).toBe(true);
  });

  it('may come again where the store failed on the way', async () => {
    const portal = await startPortal();
    const lives = await openSession(portal);
    const logout_token = await portal.provider.sign();
    const { blacklist } = portal.store;
    let calls = 0;
    portal.store.blacklist = async () => {
      calls += 1;
      throw new Error('the store is away');
    };
    const failed = await send(portal, { logout_token });
    expect([failed.status, JSON.parse(failed.text).code]).toEqual([400, 'store_unavailable']);
    expect([calls, await lives()]).toEqual([1, true]);
    portal.store.blacklist = blacklist;
    expect((await send(portal, { logout_token })).status).toBe(200);
    expect(await lives()).toBe(false);
  });

  it('ends a sign-in whose session is just being opened', async () => {
    const portal = await startPortal();
    expect((await send(portal, { logout_token: await portal.provider.sign() })).status).toBe(200);
    const { createSignIns } = await import('../src/portal/sign-ins.ts');
    const signIns = createSignIns(portal.browsers, portal.store);
    const late = signIns.open(portal.browsers, { subject: 'vitor', sid: 'op session' }, {});
    await expect(late).rejects.toMatchObject({ code: 'token_revoked' });
    expect(await portal.browsers.sessions.list('vitor')).toEqual([]);
    const next = signIns.open(portal.browsers, { subject: 'vitor', sid: 'the next sign-in' }, {});
    await expect(next).resolves.toHaveProperty('access');
  });
});

describe('what is no logout token of the provider for the portal', () => {
  type Wrong = readonly [what: string, claims: Readonly<Record<string, unknown>>, header: object];
  const wrong: readonly Wrong[] = [
    ['of another issuer', { iss: 'https://elsewhere.test' }, {}],
    ['for another client', { aud: 'another client' }, {}],
    ['for nobody', { aud: undefined }, {}],
    ['that is over', { iat: NOW - 400, exp: NOW - 300 }, {}],
    ['of the future', { iat: NOW + 300, exp: NOW + 400 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['that is good for an hour', { exp: NOW + 3_600 }, {}],
    ['without a jti', { jti: undefined }, {}],
    ['without a subject', { sub: undefined }, {}],
    ['without events', { events: undefined }, {}],
    ['with another event', { events: { 'https://elsewhere.test/event': {} } }, {}],
    ['with events that are a word', { events: EVENT }, {}],
    ['with an event that is no object', { events: { [EVENT]: true } }, {}],
    ['with a nonce, as an ID token has', { nonce: 'n' }, {}],
    ['of the type of an ID token', {}, { typ: 'JWT' }],
    ['of the type of an access token', {}, { typ: 'at+jwt' }],
    ['of a key that the provider does not have', {}, { kid: 'another' }],
  ];

  it.each(wrong)('is refused: a token %s', async (_, claims, header) => {
    const portal = await startPortal();
    const lives = await openSession(portal);
    const logout_token = await portal.provider.sign(claims, header);
    const { cache, status } = await send(portal, { logout_token });
    expect([status, cache]).toEqual([400, 'no-store']);
    expect(await lives()).toBe(true);
    // And the near miss: the same token as it should be.
    expect((await send(portal, { logout_token: await portal.provider.sign() })).status).toBe(200);
    expect(await lives()).toBe(false);
  });

  it('is refused: a forgery under the kid of the provider, one that is not signed, garbage, nothing', async () => {
    const portal = await startPortal();
    const lives = await openSession(portal);
    const forger = await createSigner(portal.settings.providerUrl);
    const genuine = await portal.provider.sign();
    const [, payload] = genuine.split('.');
    const unsigned = `${btoa('{"alg":"none","typ":"logout+jwt"}').replace(/=+$/, '')}.${payload}.`;
    for (const logout_token of [await forger.sign(), unsigned, genuine.slice(0, -6), 'x', ''])
      expect((await send(portal, { logout_token })).status).toBe(400);
    expect((await send(portal, {})).status).toBe(400);
    expect(await lives()).toBe(true);
  });

  it('is refused: an access token of the portal itself', async () => {
    const portal = await startPortal();
    const { access } = await portal.programs.sessions.issue({ subject: 'vitor' });
    expect((await send(portal, { logout_token: access })).status).toBe(400);
  });
});
