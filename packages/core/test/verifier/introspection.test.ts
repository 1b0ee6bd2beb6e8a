import type { JsonObject } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import { createVerifier, type IntrospectionOptions } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth } from '../support/auth.ts';
import { createClock, T0 } from '../support/clock.ts';
import { keyFor } from '../support/keys.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';
import { craft, SECRET } from '../support/tokens.ts';
import { type IntrospectionEndpoint, type Reply, saying, startEndpoint } from './introspection-endpoint.ts';
import { bearer, servedAt, short, startKeyHost } from './support.ts';

const NOW = T0 / 1000;
const CLAIMS: JsonObject = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: '1',
  iat: NOW,
  exp: NOW + 300,
};
const REVOKED = ['token_revoked', 401];
const UNAVAILABLE = ['backend_unavailable', 503];

function tokenOf(claims: JsonObject = {}): string {
  return craft({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }, { ...CLAIMS, ...claims });
}

const TOKEN = tokenOf();

function verifierFor(endpoint: IntrospectionEndpoint, options: Partial<IntrospectionOptions> = {}) {
  const clock = createClock();
  const client = { id: 'reports', secret: 'of reports' };
  const introspection = { url: endpoint.url, allowHttp: true, client, ...options };
  const issuer = {
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
  } as const;
  return { clock, verifier: createVerifier({ issuers: [issuer], revocation: { introspection }, clock }) };
}

async function setUp(options: Partial<IntrospectionOptions> = {}, reply?: Reply) {
  const endpoint = await startEndpoint(reply);
  return { endpoint, ...verifierFor(endpoint, options) };
}

describe('the question to an introspection endpoint', () => {
  it('is a form with the token, from a client known by HTTP Basic', async () => {
    const { endpoint, verifier } = await setUp();
    await expect(verifier.verify(TOKEN)).resolves.toMatchObject({ subject: '1' });
    expect(endpoint.questions).toEqual([
      { method: 'POST', body: `token=${TOKEN}`, headers: expect.any(Object) },
    ]);
    expect(endpoint.questions[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa('reports:of+reports')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'accept-encoding': 'identity',
    });
  });

  it.each([
    ['a:b', 'c:d'],
    ['ü', 'ñ €'],
    ['100%', '+&= /?'],
  ])('names the client %j form-encoded, as Tokenpair reads it', async (id, secret) => {
    const { endpoint, verifier } = await setUp({ client: { id, secret } });
    await verifier.verify(TOKEN);
    const { authorization = '' } = endpoint.questions[0]?.headers ?? {};
    const [encodedId, encodedSecret] = atob(authorization.slice(6)).split(':');
    const decode = (part = '') => new URLSearchParams(`x=${part}`).get('x');
    expect([decode(encodedId), decode(encodedSecret)]).toEqual([id, secret]);
    if (!id.includes(':'))
      expect(await basicClients({ [id]: secret })(['authorization', authorization])).toBe(true);
  });

  it('is not put for a token that is refused anyhow', async () => {
    const { endpoint, verifier } = await setUp();
    for (const claims of [{ aud: 'x' }, { iss: 'x' }, { exp: NOW - 9, iat: NOW - 60 }])
      await refusalOf(() => verifier.verify(tokenOf(claims)));
    await refusalOf(() => verifier.verify(`${TOKEN.slice(0, -4)}AAAA`));
    expect(endpoint.questions).toEqual([]);
  });

  it('is not put where a route does without', async () => {
    const { endpoint, verifier } = await setUp({}, saying({ active: false }));
    expect(short(await verifier.guard({ revocation: 'none' })(bearer(TOKEN)))).toBe('1');
    expect(endpoint.questions).toEqual([]);
    expect(short(await verifier.guard()(bearer(TOKEN)))).toEqual(REVOKED);
    expect(() => verifier.guard({ revocation: 'feed' })).toThrow("'feed' cannot be had");
  });
});

describe('the answer of an introspection endpoint', () => {
  it('refuses a token that is not active', async () => {
    const { verifier } = await setUp({}, saying({ active: false }));
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
  });

  it('takes a token that is active, whatever else is said', async () => {
    const { verifier } = await setUp({}, saying({ active: true, sub: 'somebody else', scope: 'admin' }));
    await expect(verifier.verify(TOKEN)).resolves.toMatchObject({ subject: '1', scopes: [] });
  });

  const drop: Reply = (response) => response.destroy();
  const silence: Reply = () => {};
  const half: Reply = (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"active":true');

  it.each([
    ['a client that is not known', saying({ error: 'invalid_client' }, 401), 'status'],
    ['a failure', saying({ active: true }, 500), 'status'],
    ['another success', saying({ active: true }, 201), 'status'],
    ['a redirect', saying({ active: true }, 307, { location: '/elsewhere' }), 'status'],
    ['a page', saying({ active: true }, 200, { 'content-type': 'text/html' }), 'media_type'],
    ['a long answer', saying(`{"active":true${' '.repeat(65_536)}}`), 'too_large'],
    ['half an object', saying('{"active":true'), 'not_json'],
    ['a list', saying([true]), 'not_json'],
    ['a member twice', saying('{"active":false,"active":true}'), 'not_json'],
    ['no verdict', saying({ error: 'no' }), 'no_verdict'],
    ['a verdict in words', saying({ active: 'true' }), 'no_verdict'],
    ['a number', saying({ active: 1 }), 'no_verdict'],
    ['a closed connection', drop, undefined],
    ['silence', silence, undefined],
    ['half an answer, then silence', half, undefined],
  ])('is none where it is %s, and the request is refused', async (_, reply, fault) => {
    const { endpoint, verifier } = await setUp({ timeoutMs: 300 }, reply);
    const error = await failureOf(() => verifier.verify(TOKEN));
    expect([error.code, error.status]).toEqual(UNAVAILABLE);
    expect(Number(error.headers['retry-after'])).toBeGreaterThan(0);
    expect((error.cause as { fault?: string }).fault).toBe(fault);
    expect(endpoint.questions).toHaveLength(1);
    const optional = verifier.guard({ optional: true, onInvalid: 'anonymous' });
    expect(short(await optional(bearer(TOKEN)))).toEqual(UNAVAILABLE);
    endpoint.reply = saying({ active: true });
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
  });

  it('is none where nobody listens; neither secret nor token is in the reason', async () => {
    const { verifier } = verifierFor({ url: 'http://127.0.0.1:1/', questions: [], reply: () => {} });
    const error = await failureOf(() => verifier.verify(TOKEN));
    expect([error.code, error.status]).toEqual(UNAVAILABLE);
    const { inspect } = await import('node:util');
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of ['of reports', 'of+reports', btoa('reports:of+reports'), TOKEN])
      expect(shown).not.toContain(secret);
  });

  it('says in its reason that the client is not known', async () => {
    const { verifier } = await setUp({}, saying({ error: 'invalid_client' }, 401));
    const { cause } = await failureOf(() => verifier.verify(TOKEN));
    expect(cause).toMatchObject({ name: 'IntrospectionError', fault: 'status', status: 401 });
  });
});

describe('answers that are held', () => {
  it('serve for 5 s, counted from the question', async () => {
    const { clock, endpoint, verifier } = await setUp();
    await verifier.verify(TOKEN);
    endpoint.reply = saying({ active: false });
    clock.advance(4_999);
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
    expect(endpoint.questions).toHaveLength(1);
    clock.advance(1);
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
    expect(endpoint.questions).toHaveLength(2);
  });

  it('refuse for as long, and a later one counts', async () => {
    const { clock, endpoint, verifier } = await setUp({ cacheMs: 1_000 }, saying({ active: false }));
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
    endpoint.reply = saying({ active: true });
    clock.advance(999);
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
    clock.advance(1);
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
    expect(endpoint.questions).toHaveLength(2);
  });

  it('hold a slow answer from the time of its question', async () => {
    const { clock, endpoint, verifier } = await setUp({ cacheMs: 1_000 });
    endpoint.reply = (response, question) => {
      clock.advance(1_000);
      saying({ active: true })(response, question);
    };
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
    endpoint.reply = saying({ active: false });
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
  });

  it('are of one token alone, to its last character', async () => {
    const { endpoint, verifier } = await setUp();
    await verifier.verify(TOKEN);
    await verifier.verify(tokenOf({ jti: 'another' }));
    expect(endpoint.questions).toHaveLength(2);
  });

  it('end with the token', async () => {
    const { clock, endpoint, verifier } = await setUp({ cacheMs: 60_000 });
    const short = tokenOf({ exp: NOW + 3 });
    await verifier.verify(short);
    clock.advance(2_999);
    await verifier.verify(short);
    expect(endpoint.questions).toHaveLength(1);
    // Within the leeway a token is taken, and every request asks.
    clock.advance(1);
    await verifier.verify(short);
    await verifier.verify(short);
    expect(endpoint.questions).toHaveLength(3);
  });

  it('do not live longer by a clock that is set back', async () => {
    const { clock, endpoint, verifier } = await setUp();
    clock.advance(60_000);
    await verifier.verify(TOKEN);
    clock.advance(4_000);
    await verifier.verify(TOKEN);
    clock.advance(-30_000);
    await verifier.verify(TOKEN);
    expect(endpoint.questions).toHaveLength(1);
    clock.advance(1_000);
    await verifier.verify(TOKEN);
    expect(endpoint.questions).toHaveLength(2);
  });

  it('are none with cacheMs 0', async () => {
    const { endpoint, verifier } = await setUp({ cacheMs: 0 });
    await Promise.all([verifier.verify(TOKEN), verifier.verify(TOKEN)]);
    await verifier.verify(TOKEN);
    expect(endpoint.questions).toHaveLength(3);
  });

  it('are bounded, the good and the revoked apart', async () => {
    const { endpoint, verifier } = await setUp({ cacheEntries: 2 });
    const [first = '', ...more] = ['a', 'b', 'c'].map((jti) => tokenOf({ jti }));
    await verifier.verify(TOKEN);
    endpoint.reply = saying({ active: false });
    for (const token of [first, ...more]) await refusalOf(() => verifier.verify(token));
    expect(endpoint.questions).toHaveLength(4);
    await expect(verifier.verify(TOKEN)).resolves.toBeDefined();
    expect(endpoint.questions).toHaveLength(4);
    expect(await refusalOf(() => verifier.verify(first))).toEqual(REVOKED);
    expect(endpoint.questions).toHaveLength(5);
  });
});

describe('many requests with one token at once', () => {
  it('put one question', async () => {
    const { endpoint, verifier } = await setUp();
    const all = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(TOKEN)));
    expect(all).toHaveLength(50);
    expect(endpoint.questions).toHaveLength(1);
  });

  it('all meet its failure, and the next asks anew', async () => {
    const { endpoint, verifier } = await setUp({}, saying({}, 500));
    const all = await Promise.all(Array.from({ length: 9 }, () => refusalOf(() => verifier.verify(TOKEN))));
    expect(all).toEqual(Array(9).fill(UNAVAILABLE));
    expect(endpoint.questions).toHaveLength(1);
    await refusalOf(() => verifier.verify(TOKEN));
    expect(endpoint.questions).toHaveLength(2);
  });

  it('do not take the answer to a question that is older than an answer may be', async () => {
    const { clock, endpoint, verifier } = await setUp({ cacheMs: 1_000 });
    let answerFirst = () => {};
    const asked = new Promise<void>((resolve) => {
      endpoint.reply = (response, question) => {
        answerFirst = () => void saying({ active: true })(response, question);
        resolve();
      };
    });
    const early = verifier.verify(TOKEN);
    await asked;
    endpoint.reply = saying({ active: false });
    clock.advance(1_000);
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
    answerFirst();
    await expect(early).resolves.toBeDefined();
    // What came late does not stand in the way of what was asked later.
    expect(await refusalOf(() => verifier.verify(TOKEN))).toEqual(REVOKED);
    expect(endpoint.questions).toHaveLength(2);
  });
});

describe('introspection at a Tokenpair issuer', () => {
  it('refuses a token after the logout, at the latest when the answer is too old', async () => {
    const clients = basicClients({ reports: 'of reports' });
    const made = makeAuth({
      keys: keyFor('ES256'),
      refresh: { keys: keyFor('HS256', 'b') },
      authenticateClient: clients,
    });
    const host = await startKeyHost();
    host.publish('/jwks', () => ({ keys: made.auth.jwks().keys }));
    const endpoint = await startEndpoint(async (response, { headers, body }) => {
      const asked = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
      const answer = await made.auth.handle(requestOf('POST', '/introspect', { headers: asked, body }));
      response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? [])).end(answer?.body);
    });
    const verifier = createVerifier({
      issuers: [servedAt(host.urlOf('/jwks'), { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] })],
      revocation: {
        introspection: {
          url: endpoint.url,
          allowHttp: true,
          client: { id: 'reports', secret: 'of reports' },
          cacheMs: 2_000,
        },
      },
      clock: made.clock,
    });
    const { access, refresh } = await logIn(made);
    await expect(verifier.verify(access)).resolves.toMatchObject({ subject: '1' });
    await made.auth.logout(refresh);
    made.clock.advance(2_000);
    expect(await refusalOf(() => verifier.verify(access))).toEqual(REVOKED);
  });
});
