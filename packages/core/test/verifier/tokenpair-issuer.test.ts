/** A Tokenpair auth as the issuer, and another service that verifies its tokens. */
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { keyFor } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';
import { SECRET } from '../support/tokens.ts';
import { bearer, servedAt, short, startKeyHost } from './support.ts';

const NOT_VALID = ['token_not_valid', 401];
const WRONG_TYPE = ['token_wrong_type', 401];

describe.each(['ES256', 'RS256', 'PS384', 'Ed25519'] as const)('tokens signed with %s', (alg) => {
  async function setUp() {
    const made = makeAuth({ keys: keyFor(alg), refresh: { keys: keyFor('HS256', 'b') } });
    const host = await startKeyHost();
    host.publish('/jwks', () => ({ keys: made.auth.jwks().keys }));
    const issuer = servedAt(host.urlOf('/jwks'), { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg] });
    const options = { issuers: [issuer], clock: made.clock };
    return { made, host, verifier: createVerifier(options), options };
  }

  it('are taken by a service that knows the key set alone', async () => {
    const { made, verifier } = await setUp();
    const { access, ref } = await logIn(made);
    const who = await verifier.verify(access);
    expect(who).toMatchObject({ issuer: ISSUER, subject: '1', session: ref.id, scopes: ['read', 'write'] });
    const own = await made.auth.guard()(bearer(access));
    expect(own.passed && { ...own.auth?.claims }).toEqual({ ...who.claims });
  });

  it('die with the session where the store is shared, and with their time where it is not', async () => {
    const { made, verifier, options } = await setUp();
    const asking = createVerifier({ ...options, revocation: { store: made.store } });
    const { access, refresh } = await logIn(made);
    await expect(asking.verify(access)).resolves.toBeDefined();
    await made.auth.logout(refresh);
    expect(await refusalOf(() => asking.verify(access))).toEqual(['token_revoked', 401]);
    await expect(verifier.verify(access)).resolves.toBeDefined();
    made.clock.advance(5 * MINUTE + 5_000);
    expect(await refusalOf(() => verifier.verify(access))).toEqual(['token_expired', 401]);
  });

  it('may be messages for this service, if it says so', async () => {
    const { made, options } = await setUp();
    const kind = made.auth.kind('export', { ttl: '1h', audience: 'https://files.test' });
    const [issuer] = options.issuers.map((each) => ({
      ...each,
      audience: 'https://files.test',
      typ: 'export+jwt',
      requiredClaims: ['exp', 'iat', 'jti'],
    }));
    const files = createVerifier({ issuers: [issuer ?? expect.fail()], clock: made.clock });
    const token = await kind.issue({ claims: { file: 'a.csv' } });
    await expect(files.verify(token)).resolves.toMatchObject({
      subject: undefined,
      claims: { file: 'a.csv' },
    });
    expect(await refusalOf(async () => files.verify((await logIn(made)).access))).toEqual(WRONG_TYPE);
  });

  it('are refused if they are not access tokens for this service', async () => {
    const { made, verifier, options } = await setUp();
    const { refresh } = await logIn(made);
    expect(short(await verifier.guard()(bearer(refresh)))).toEqual(WRONG_TYPE);
    const invitation = await made.auth
      .kind('invite', { ttl: '1h', audience: AUDIENCE })
      .issue({ subject: '1' });
    expect(await refusalOf(() => verifier.verify(invitation))).toEqual(WRONG_TYPE);
    const other = makeAuth({ keys: keyFor(alg), audience: 'https://other.test' });
    const elsewhere = (await logIn(other)).access;
    expect(await refusalOf(() => verifier.verify(elsewhere))).toEqual(NOT_VALID);
    const stranger = makeAuth({ keys: keyFor(alg, 'b') });
    const forged = (await logIn(stranger)).access;
    expect(await refusalOf(() => createVerifier(options).verify(forged))).toEqual(NOT_VALID);
  });
});

describe('tokens signed with a shared secret', () => {
  const made = makeAuth({
    keys: { alg: 'HS256', secret: SECRET },
    refresh: { keys: { alg: 'HS256', secret: SECRET.toReversed() } },
  });
  const verifier = createVerifier({
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { alg: 'HS256', secret: SECRET } }],
    clock: made.clock,
  });

  it('are taken by a service that has the secret: the kid is the same on both sides', async () => {
    const { access, ref } = await logIn(made);
    await expect(verifier.verify(access)).resolves.toMatchObject({ subject: '1', session: ref.id });
  });

  it('are refused with another secret, and as refresh tokens', async () => {
    const { access, refresh } = await logIn(made);
    const secret = SECRET.toReversed();
    const other = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { alg: 'HS256', secret } }],
      clock: made.clock,
    });
    expect(await refusalOf(() => other.verify(access))).toEqual(NOT_VALID);
    expect(await refusalOf(() => verifier.verify(refresh))).toEqual(WRONG_TYPE);
  });

  it('are in no key set', async () => {
    expect(made.auth.jwks()).toEqual({ keys: [] });
    const answer = await made.auth.handle(requestOf('GET', '/jwks'));
    expect(JSON.parse(answer?.body ?? '')).toEqual({ keys: [] });
  });
});
