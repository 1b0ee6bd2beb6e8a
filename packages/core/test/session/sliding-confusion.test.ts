/**
 * No token passes for another: access, refresh and sliding tokens and messages of the app's own, all of one key, one issuer and one audience,
 * at every door of a service in either mode.
 */
import { createAuth } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { createClock } from '../support/clock.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { spyStore } from '../support/spy-store.ts';
import { craft, decode, SECRET } from '../support/tokens.ts';

const CLIENT = ['Authorization', `Basic ${btoa('gateway:secret of the gateway')}`] as const;
const DOORS = ['guard', 'refresh', 'logout', 'verify', 'introspect', 'kind'] as const;
type Door = (typeof DOORS)[number];
const TOKENS = ['at', 'rt', 'sl', 'kind', 'kind of the API'] as const;
type Name = (typeof TOKENS)[number];

const OPENS: Readonly<Record<'pair' | 'sliding', Readonly<Partial<Record<Name, readonly Door[]>>>>> = {
  pair: {
    at: ['guard', 'verify', 'introspect'],
    rt: ['refresh', 'logout', 'verify', 'introspect'],
    kind: ['kind'],
  },
  sliding: { sl: ['guard', 'refresh', 'logout', 'verify', 'introspect'], kind: ['kind'] },
};

/** Two services on one store with the same keys, issuer and audience; only their mode differs. */
function world() {
  const shared = {
    clock: createClock(),
    store: spyStore(),
    authenticateClient: basicClients({ gateway: 'secret of the gateway' }),
  };
  const services = { pair: makeAuth(shared), sliding: makeAuth({ ...shared, mode: 'sliding' }) };
  const kinds = Object.fromEntries(
    Object.entries(services).map(([mode, { auth }]) => [
      mode,
      {
        own: auth.kind('invite', { ttl: '1d' }),
        api: auth.kind('ticket', { ttl: '1d', audience: AUDIENCE }),
      },
    ]),
  );
  return { services, kinds };
}

async function tokensOf({ services, kinds }: ReturnType<typeof world>): Promise<Record<Name, string>> {
  const [pair, sliding] = [await logIn(services.pair), await logIn(services.sliding)];
  const content = { subject: '1', claims: { note: 'x' } };
  return {
    at: pair.access,
    rt: pair.refresh,
    sl: sliding.access,
    kind: String(await kinds['pair']?.own.issue(content)),
    'kind of the API': String(await kinds['pair']?.api.issue(content)),
  };
}

/** Whether a door opens to a token. */
async function opens(
  { auth }: TestAuth,
  mode: 'pair' | 'sliding',
  door: Door,
  token: string,
  verifyKind: (token: string) => Promise<unknown>,
): Promise<boolean> {
  if (door === 'kind')
    return verifyKind(token).then(
      () => true,
      () => false,
    );
  if (door === 'guard') {
    const rawHeaders = ['Authorization', `Bearer ${token}`];
    return (await auth.guard()({ method: 'GET', rawHeaders })).passed;
  }
  const grant = mode === 'sliding' ? 'token' : 'refresh';
  const field = door === 'refresh' || door === 'logout' ? grant : 'token';
  const answer = plain(await auth.handle(jsonRequest(`/${door}`, { [field]: token }, [CLIENT])));
  return answer?.status === 200 && answer.body.active !== false;
}

describe.each(['pair', 'sliding'] as const)('a service in %s mode', (mode) => {
  it.each(DOORS)('opens /%s to its own tokens alone', async (door) => {
    for (const name of TOKENS) {
      const made = world();
      const token = (await tokensOf(made))[name];
      const verifyKind = (text: string) =>
        made.kinds[mode]?.own.verify(text) ?? Promise.reject(new Error('no kind'));
      const isOpen = await opens(made.services[mode], mode, door, token, verifyKind);
      expect([name, door, isOpen]).toEqual([name, door, OPENS[mode][name]?.includes(door) ?? false]);
    }
  });

  it('takes no genuine claims under the typ of another token', async () => {
    const made = world();
    const tokens = await tokensOf(made);
    const foreign = mode === 'pair' ? ['sl+jwt'] : ['at+jwt', 'rt+jwt'];
    for (const token of Object.values(tokens)) {
      for (const typ of [...foreign, 'JWT', 'SL+JWT', 'application/sl+jwt', 'invite+jwt']) {
        const forged = craft({ alg: 'HS256', typ, kid: 'k1' }, decode(token).claims);
        for (const door of DOORS.filter((each) => each !== 'kind')) {
          const isOpen = await opens(made.services[mode], mode, door, forged, () =>
            Promise.reject(new Error('none')),
          );
          expect([typ, door, isOpen]).toEqual([typ, door, false]);
        }
      }
    }
  });
});

describe('a verifier of another service', () => {
  it('takes no sliding token by default, though it names its audience', async () => {
    const { services } = world();
    const keys = { alg: 'HS256', secret: SECRET, kid: 'k1' } as const;
    const issuer = { issuer: ISSUER, audience: AUDIENCE, keys };
    const { clock } = services.pair;
    const passes = async (token: string, typ?: string) => {
      const issuers = [typ === undefined ? issuer : { ...issuer, typ }];
      const outcome = await createVerifier({ issuers, clock }).guard()({
        method: 'GET',
        rawHeaders: ['Authorization', `Bearer ${token}`],
      });
      return outcome.passed;
    };
    const [pair, sliding] = [await logIn(services.pair), await logIn(services.sliding)];
    expect(await passes(pair.access)).toBe(true);
    expect(await passes(sliding.access)).toBe(false);
    expect(await passes(sliding.access, 'sl+jwt')).toBe(true);
  });
});

describe('a kind of message', () => {
  it.each(['at', 'rt', 'sl'])('cannot be named %s in either mode', (name) => {
    for (const mode of ['pair', 'sliding'] as const)
      expect(() => makeAuth({ mode }).auth.kind(name, { ttl: 60 })).toThrow('exists already');
  });
});

describe('the default mode', () => {
  it('is pair', async () => {
    const { store } = makeAuth();
    const keys = { alg: 'HS256', secret: SECRET } as const;
    const auth = createAuth({ issuer: ISSUER, audience: AUDIENCE, keys, store });
    const pair = await auth.sessions.issue({ subject: '1' });
    expect(decode(pair.access).header['typ']).toBe('at+jwt');
    expect(pair.access).not.toBe(pair.refresh);
  });
});
