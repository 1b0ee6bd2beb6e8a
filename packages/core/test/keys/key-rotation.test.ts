/**
 * Keys at run time. The timeline is that of docs/keys.md: publish, wait, sign, wait, retire; with the verifiers' caches lagging as
 * caches do, no good token is refused, and none of a retired key is taken after the window.
 */
import type { KeyInput } from '@tokenpair/core';
import { createJwksClient } from '@tokenpair/core/jwks';
import { createVerifier, type Verifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { createClock, MINUTE, SECOND, T0, type TestClock } from '../support/clock.ts';
import { keyFor, pairFor } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { seeded } from '../support/random.ts';
import { jsonRequest, requestOf } from '../support/requests.ts';
import { craft, decode, encode, SECRET } from '../support/tokens.ts';
import { bearer, issuerKey, short, signToken } from '../verifier/support.ts';

const NOT_VALID = ['token_not_valid', 401];
const CONFIGURATION = expect.objectContaining({
  name: 'TypeError',
  code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/),
});

describe('the timeline of a rotation', () => {
  const TICK = 20 * SECOND;
  const FRESH = 300 * SECOND; // what the key set's answer says
  const LIFE = 300 * SECOND + 5 * SECOND; // of an access token, leeway included
  const ROTATIONS = 20;

  /** One verifying service: its copy of the keys is as old as the last time it had to ask. */
  interface Service {
    readonly verifier: Verifier;
    asked: number;
  }

  function startService({ auth, clock }: TestAuth): Service {
    const service = { asked: 0 };
    const jwks = createJwksClient({
      url: 'https://issuer.test/jwks',
      algorithms: ['ES256'],
      clock,
      random: () => 0,
      fetch: async () => {
        service.asked += 1;
        const answer = await auth.handle(requestOf('GET', '/jwks'));
        return new Response(answer?.body ?? '', { headers: answer?.headers.map(([...line]) => line) ?? [] });
      },
    });
    const verifier = createVerifier({ issuers: [{ issuer: ISSUER, audience: AUDIENCE, jwks }], clock });
    return Object.assign(service, { verifier });
  }

  /** Lets what a verification began in the background come to its end. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  interface Issued {
    readonly token: string;
    readonly until: number;
  }

  /** Traffic that never stops: every service sees a new token, the oldest good one and one in between at every tick. */
  function startTraffic(made: TestAuth, services: readonly Service[], random: () => number) {
    const { clock } = made;
    const issued: Issued[] = [];
    const refused: unknown[] = [];
    const waited: unknown[] = [];
    let verified = 0;

    async function show(service: Service, token: string): Promise<void> {
      const outcome = service.verifier.guard()(bearer(token));
      if (outcome instanceof Promise) waited.push(clock.now);
      const { passed } = await outcome;
      verified += 1;
      if (!passed) refused.push([clock.now, decode(token).header['kid']]);
    }

    async function tick(): Promise<void> {
      clock.advance(TICK);
      issued.push({ token: (await logIn(made)).access, until: clock.now + LIFE });
      while ((issued[0]?.until ?? 0) <= clock.now) issued.shift();
      const some = [issued.at(-1), issued[0], issued[Math.floor(random() * issued.length)]];
      for (const service of services) {
        // A service may be without traffic for a while, so that the copies of two of them differ in age.
        if (random() < 0.3) continue;
        for (const each of some) await show(service, each?.token ?? '');
        await settle();
      }
    }

    async function pass(ms: number): Promise<void> {
      const end = clock.now + ms;
      while (clock.now < end) await tick();
    }

    return { pass, tick, refused, waited, issued, count: () => verified };
  }

  /** A token that somebody signs with a key after its time, good but for the key. */
  function forge(clock: TestClock, name: string, kid: string): string {
    const now = clock.now / 1000;
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: '1', sid: 's', jti: 'j', iat: now, exp: now + 300 };
    return signToken({ alg: 'ES256', typ: 'at+jwt', kid }, claims, issuerKey('ES256', name, kid));
  }

  it(`refuses no good token and takes none of a retired key, ${ROTATIONS} times in a row`, async () => {
    const random = seeded(50);
    const made = makeAuth({
      keys: keyFor('ES256', '0', 'k0'),
      refresh: { keys: { alg: 'HS256', secret: SECRET } },
    });
    const { auth, clock } = made;
    const services = [startService(made), startService(made)];
    const traffic = startTraffic(made, services, random);
    const late = { inWindow: 0, after: 0 };
    await traffic.pass(FRESH + random() * FRESH);
    const firstWaits = traffic.waited.length;

    for (let round = 1; round <= ROTATIONS; round++) {
      const [before, next] = [`k${round - 1}`, `k${round}`];
      await auth.keys.access.publish(keyFor('ES256', `${round}`, next));
      await traffic.pass(FRESH + 6 * TICK + random() * FRESH);
      auth.keys.access.signWith(next);
      await traffic.pass(LIFE + random() * LIFE);
      auth.keys.access.retire(before);

      const retiredAt = clock.now;
      expect(short(await auth.guard()(bearer(forge(clock, `${round - 1}`, before))))).toEqual(NOT_VALID);
      while (clock.now < retiredAt + FRESH + 12 * TICK) {
        await traffic.tick();
        const windowIsOpen = clock.now < retiredAt + FRESH + 6 * TICK;
        for (const { verifier } of services) {
          const outcome = await verifier.guard()(bearer(forge(clock, `${round - 1}`, before)));
          await settle();
          if (outcome.passed) late[windowIsOpen ? 'inWindow' : 'after'] += 1;
        }
      }
      expect(auth.jwks().keys.map(({ kid }) => kid)).toEqual([next]);
    }

    expect(traffic.refused).toEqual([]);
    expect(traffic.count()).toBeGreaterThan(ROTATIONS * 50);
    // A key is known before it signs: once a service has its first set, no request waits for another.
    expect([firstWaits <= services.length * 3, traffic.waited.length]).toEqual([true, firstWaits]);
    expect(late.after).toBe(0);
    // The copies did lag: without it this would be no test.
    expect(late.inWindow).toBeGreaterThan(ROTATIONS);
    const hours = (clock.now - T0) / 3_600_000;
    for (const { asked } of services) expect(asked).toBeLessThan(hours * 13 + ROTATIONS * 12);
  }, 60_000);

  it('refuses good tokens when the old key is retired while its tokens live', async () => {
    const made = makeAuth({ keys: keyFor('ES256', '0', 'k0'), revocation: 'none' });
    const service = startService(made);
    const traffic = startTraffic(made, [service], () => 0.5);
    await traffic.pass(FRESH);
    await made.auth.keys.access.publish(keyFor('ES256', '1', 'k1'));
    await traffic.pass(FRESH + 6 * TICK);
    made.auth.keys.access.signWith('k1');
    made.auth.keys.access.retire('k0');
    await traffic.pass(LIFE + FRESH);
    expect(traffic.refused.length).toBeGreaterThan(0);
  });

  it('takes a key that signs at once, at the price of one request that waits', async () => {
    const made = makeAuth({ keys: keyFor('ES256', '0', 'k0') });
    const service = startService(made);
    const traffic = startTraffic(made, [service], () => 0.5);
    await traffic.pass(MINUTE);
    const { length: before } = traffic.waited;
    await made.auth.keys.access.publish(keyFor('ES256', '1', 'k1'));
    made.auth.keys.access.signWith('k1');
    await traffic.pass(MINUTE);
    expect([traffic.refused, traffic.waited.length]).toEqual([[], before + 1]);
  });
});

describe('keys at run time', () => {
  const kidsOf = (made: TestAuth) => made.auth.jwks().keys.map(({ kid }) => kid);
  const listed = (made: TestAuth) => made.auth.keys.access.list().map(({ kid }) => kid);

  it('are published, sign and are retired one step at a time', async () => {
    const made = makeAuth({ keys: keyFor('ES256', 'a', 'a') });
    const { access } = made.auth.keys;
    const kidOfNew = async () => decode((await logIn(made)).access).header['kid'];
    const first = (await logIn(made)).access;
    expect([listed(made), kidsOf(made), await kidOfNew()]).toEqual([['a'], ['a'], 'a']);

    expect(await access.publish(keyFor('RS256', 'b', 'b'))).toBe('b');
    expect([listed(made), kidsOf(made), await kidOfNew()]).toEqual([['a', 'b'], ['a', 'b'], 'a']);

    access.signWith('b');
    expect([listed(made), kidsOf(made), await kidOfNew()]).toEqual([['b', 'a'], ['b', 'a'], 'b']);
    expect(short(await made.auth.guard()(bearer(first)))).toBe('1');

    access.retire('a');
    expect([listed(made), kidsOf(made), await kidOfNew()]).toEqual([['b'], ['b'], 'b']);
    expect(short(await made.auth.guard()(bearer(first)))).toEqual(NOT_VALID);
    expect(access.list()).toEqual([{ kid: 'b', alg: 'RS256' }]);
  });

  it('are in the key set with their public members only, at every step', async () => {
    const made = makeAuth({ keys: keyFor('ES256', 'a', 'a') });
    const { access } = made.auth.keys;
    await access.publish(keyFor('RS256', 'b', 'b'));
    await access.publish(keyFor('Ed25519', 'c', 'c'));
    await access.publish(keyFor('HS256', 'd', 'd'));
    access.signWith('c');
    const answer = await made.auth.handle(requestOf('GET', '/jwks'));
    const { keys } = JSON.parse(answer?.body ?? '');
    expect(keys.map(({ kid, alg, use }: Record<string, unknown>) => [kid, alg, use])).toEqual([
      ['c', 'Ed25519', 'sig'],
      ['a', 'ES256', 'sig'],
      ['b', 'RS256', 'sig'],
    ]);
    for (const key of keys) {
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv', 'x5c'])
        expect(key).not.toHaveProperty(member);
    }
  });

  it('name themselves by their thumbprint unless told otherwise', async () => {
    const made = makeAuth({ keys: keyFor('ES256') });
    const kid = await made.auth.keys.access.publish(keyFor('ES256', 'b'));
    expect(kid).toMatch(/^[\w-]{43}$/);
    made.auth.keys.access.signWith(kid);
    expect(decode((await logIn(made)).access).header['kid']).toBe(kid);
  });

  it('that may not be keys are refused, and nothing changes', async () => {
    const made = makeAuth({ keys: [keyFor('ES256', 'a', 'a'), keyFor('ES256', 'b', 'b')] });
    const { access } = made.auth.keys;
    const bad: readonly unknown[] = [
      keyFor('ES256', 'c', 'a'),
      keyFor('ES256', 'a', 'c'),
      { alg: 'HS256', secret: 'short' },
      { alg: 'ES384', privateKey: pairFor('ES256', 'c').privateKey },
      { alg: 'ES256', privateKey: pairFor('ES256', 'c').publicKey },
      { alg: 'ES256' },
      { alg: 'none', secret: SECRET },
      { ...keyFor('ES256', 'c'), kid: '' },
      { ...keyFor('ES256', 'c'), use: 'sig' },
      undefined,
      [],
    ];
    for (const each of bad) expect(() => access.publish(each as KeyInput)).toThrow(CONFIGURATION);
    expect([listed(made), kidsOf(made)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('that cannot sign, are unknown or sign now are refused, and nothing changes', async () => {
    const { publicKey } = pairFor('ES256', 'c');
    const made = makeAuth({ keys: [keyFor('ES256', 'a', 'a'), { alg: 'ES256', publicKey, kid: 'c' }] });
    const { access } = made.auth.keys;
    const token = (await logIn(made)).access;
    for (const step of [
      () => access.signWith('c'),
      () => access.signWith('unknown'),
      () => access.signWith('__proto__'),
      () => access.retire('a'),
      () => access.retire('unknown'),
      () => access.retire(undefined as never),
    ])
      expect(step).toThrow(CONFIGURATION);
    expect(listed(made)).toEqual(['a', 'c']);
    expect(short(await made.auth.guard()(bearer(token)))).toBe('1');
    expect(decode((await logIn(made)).access).header['kid']).toBe('a');
  });

  it('that sign now are kept even beside others that could', async () => {
    const made = makeAuth({ keys: [keyFor('ES256', 'a', 'a'), keyFor('ES256', 'b', 'b')] });
    expect(() => made.auth.keys.access.retire('a')).toThrow(CONFIGURATION);
    expect(listed(made)).toEqual(['a', 'b']);
  });

  it('that are retired may come back', async () => {
    const made = makeAuth({ keys: [keyFor('ES256', 'a', 'a'), keyFor('ES256', 'b', 'b')] });
    const { access } = made.auth.keys;
    access.signWith('b');
    access.retire('a');
    await access.publish(keyFor('ES256', 'a', 'a'));
    expect(listed(made)).toEqual(['b', 'a']);
  });

  it('sign refresh tokens and messages too, where those have no keys of their own', async () => {
    const made = makeAuth({ keys: keyFor('ES256', 'a', 'a') });
    const invite = made.auth.kind('invite', { ttl: '7d' });
    const { refresh } = await logIn(made);
    const message = await invite.issue({ subject: '1' });
    const { access } = made.auth.keys;
    await access.publish(keyFor('ES256', 'b', 'b'));
    access.signWith('b');
    expect(decode(await invite.issue({})).header['kid']).toBe('b');
    const renewed = await made.auth.refresh(refresh);
    expect(decode(renewed.refresh).header['kid']).toBe('b');
    expect((await invite.verify(message)).subject).toBe('1');
    access.retire('a');
    expect(await refusalOf(() => invite.verify(message))).toEqual(NOT_VALID);
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(NOT_VALID);
    expect(decode((await made.auth.refresh(String(renewed.refresh))).access).header['kid']).toBe('b');
  });
});

describe('keys of refresh tokens alone', () => {
  const OTHER = SECRET.toReversed();
  const apart = () =>
    makeAuth({
      keys: { alg: 'HS256', secret: SECRET, kid: 'access' },
      refresh: { keys: { alg: 'HS256', secret: OTHER, kid: 'refresh' } },
    });

  /** What a service that shares the access secret could write. */
  async function forgeries(made: TestAuth) {
    const { refresh } = await logIn(made);
    const { claims } = decode(refresh);
    const [header = '', payload = ''] = refresh.split('.');
    return ['access', 'refresh', 'unknown']
      .map((kid) => craft({ alg: 'HS256', typ: 'rt+jwt', kid }, claims))
      .concat(
        craft(Buffer.from(header, 'base64url').toString(), Buffer.from(payload, 'base64url').toString()),
      );
  }

  it('cannot be forged with the secret of the access tokens', async () => {
    const made = apart();
    for (const forged of await forgeries(made)) {
      expect(await refusalOf(() => made.auth.refresh(forged))).toEqual(NOT_VALID);
      expect(await refusalOf(() => made.auth.logout(forged))).toEqual(NOT_VALID);
    }
  });

  it('could be, if they shared it', async () => {
    const made = makeAuth({ keys: { alg: 'HS256', secret: SECRET, kid: 'access' } });
    const [forged = ''] = await forgeries(made);
    await expect(made.auth.refresh(forged)).resolves.toBeDefined();
  });

  it('do not sign access tokens, and rotate by themselves', async () => {
    const made = apart();
    const { access, refresh, ref } = await logIn(made);
    const asAccess = craft({ alg: 'HS256', typ: 'at+jwt', kid: 'refresh' }, decode(access).claims, OTHER);
    expect(short(await made.auth.guard()(bearer(asAccess)))).toEqual(NOT_VALID);

    await made.auth.keys.refresh.publish(keyFor('HS512', 'c', 'next'));
    made.auth.keys.refresh.signWith('next');
    expect(made.auth.keys.access.list()).toEqual([{ kid: 'access', alg: 'HS256' }]);
    const renewed = await made.auth.refresh(refresh);
    expect([decode(renewed.access).header['kid'], decode(renewed.refresh).header['kid']]).toEqual([
      'access',
      'next',
    ]);
    made.auth.keys.refresh.retire('refresh');
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(NOT_VALID);
    await expect(made.auth.refresh(String(renewed.refresh))).resolves.toMatchObject({
      session: { id: ref.id },
    });
    expect(short(await made.auth.guard()(bearer(access)))).toBe('1');
  });

  it('keep to kids of their own, also at run time, and are not published: only the issuer verifies with them', async () => {
    const made = makeAuth({ keys: keyFor('ES256', 'a', 'x'), refresh: { keys: keyFor('ES256', 'b', 'y') } });
    expect(() => made.auth.keys.access.publish(keyFor('ES256', 'c', 'y'))).toThrow(CONFIGURATION);
    expect(() => made.auth.keys.refresh.publish(keyFor('ES256', 'c', 'x'))).toThrow(CONFIGURATION);
    expect(made.auth.jwks().keys.map(({ kid }) => kid)).toEqual(['x']);
  });
});

describe('cookies and a rotation of the secret', () => {
  const SAME_ORIGIN = ['Sec-Fetch-Site', 'same-origin'] as const;
  const NEXT: KeyInput = { alg: 'HS256', secret: SECRET.toReversed(), kid: 'k2' };

  function cookieAuth(options: Parameters<typeof makeAuth>[0] = {}): TestAuth {
    return makeAuth({
      transport: 'cookie',
      cookie: { path: '/api/token' },
      ...options,
      clock: createClock(),
    });
  }

  /** The cookies that an answer sets, as a browser sends them back. */
  function cookiesOf(answer: { headers: readonly (readonly [string, string])[] } | undefined): string {
    const lines = (answer?.headers ?? []).filter(([name]) => name === 'set-cookie');
    return lines.map(([, value]) => value.split(';')[0]).join('; ');
  }

  async function logInByCookie({ auth }: TestAuth): Promise<string> {
    return cookiesOf(
      await auth.handle(jsonRequest('/', { username: '1', password: PASSWORD }, [SAME_ORIGIN])),
    );
  }

  async function refreshByCookie({ auth }: TestAuth, cookies: string) {
    const answer = await auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, ['Cookie', cookies]] }),
    );
    return {
      status: answer?.status,
      cookies: cookiesOf(answer),
      code: JSON.parse(answer?.body ?? '{}').code,
    };
  }

  it('go on through every step, and change to the new secret at the next refresh', async () => {
    const made = cookieAuth();
    const { access } = made.auth.keys;
    const first = await logInByCookie(made);
    await access.publish(NEXT);
    const second = await refreshByCookie(made, first);
    expect(second.status).toBe(200);
    access.signWith('k2');
    const third = await refreshByCookie(made, second.cookies);
    expect(third.status).toBe(200);
    access.retire('k1');
    const fourth = await refreshByCookie(made, third.cookies);
    expect(fourth.status).toBe(200);
    const csrf = (cookies: string) => /__Host-csrf=([^;]+)/.exec(cookies)?.[1];
    expect(csrf(second.cookies)).toBe(csrf(first));
    expect(csrf(third.cookies)).not.toBe(csrf(first));
  });

  it('are refused when the csrf cookie is still that of a retired secret', async () => {
    const refreshKeys: KeyInput = {
      alg: 'HS256',
      secret: encode('a secret of the refresh tokens only'),
      kid: 'r',
    };
    const made = cookieAuth({ refresh: { keys: refreshKeys } });
    const first = await logInByCookie(made);
    await made.auth.keys.access.publish(NEXT);
    made.auth.keys.access.signWith('k2');
    made.auth.keys.access.retire('k1');
    expect(await refreshByCookie(made, first)).toMatchObject({
      status: 403,
      code: 'csrf_failed',
      cookies: '',
    });
  });

  it('outlive any rotation with csrf.secret', async () => {
    const refreshKeys: KeyInput = {
      alg: 'HS256',
      secret: encode('a secret of the refresh tokens only'),
      kid: 'r',
    };
    const made = cookieAuth({ refresh: { keys: refreshKeys }, csrf: { secret: SECRET } });
    const first = await logInByCookie(made);
    await made.auth.keys.access.publish(NEXT);
    made.auth.keys.access.signWith('k2');
    made.auth.keys.access.retire('k1');
    expect((await refreshByCookie(made, first)).status).toBe(200);
  });

  it('need their last secret: without csrf.secret it cannot be retired for a key pair, and nothing changes', async () => {
    const made = cookieAuth();
    const { access } = made.auth.keys;
    await access.publish(keyFor('ES256', 'a', 'pair'));
    const token = (await logIn(made)).access;
    access.signWith('pair');
    const cookies = await logInByCookie(made);
    expect(() => access.retire('k1')).toThrow(CONFIGURATION);
    expect(access.list().map(({ kid }) => kid)).toEqual(['pair', 'k1']);
    expect(short(await made.auth.guard()(bearer(token)))).toBe('1');
    expect((await refreshByCookie(made, cookies)).status).toBe(200);
  });
});
