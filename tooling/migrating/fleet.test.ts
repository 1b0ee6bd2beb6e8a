/** A Django service and a Node service that share a key and the tables of the blacklist. Django is its tokens here, and its tables. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth, type SimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { compactVerify, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, startPostgres } from '../services/postgres-server.ts';
import { serviceTest } from '../services/service-test.ts';
import { createApp, createFleetAuth } from './simplejwt/fleet.ts';
import { takeOverBlacklist } from './simplejwt/take-over.ts';
import { type Answer, ask, inWords, serve } from './support/http.ts';
import { sourceOf } from './support/page.ts';

const SECRET = 'the-secret-of-the-fleet-which-has-fifty-characters';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Fleet {
  readonly keys: KeyInput;
  readonly signing: KeyObject | Uint8Array;
  readonly verifying: KeyObject | Uint8Array;
}

const FLEETS: Readonly<Record<'HS256' | 'RS256', Fleet>> = {
  HS256: {
    keys: { alg: 'HS256', secret: SECRET },
    signing: Buffer.from(SECRET),
    verifying: Buffer.from(SECRET),
  },
  RS256: {
    keys: { alg: 'RS256', privateKey: rsa.privateKey },
    signing: rsa.privateKey,
    verifying: rsa.publicKey,
  },
};

/** What `RefreshToken.for_user` and its `access_token` write, by jose. `user_id` is a number in 5.2 and text in 5.5. */
async function djangoToken(alg: 'HS256' | 'RS256', kind: string, userId: unknown): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + (kind === 'access' ? 300 : 86_400);
  const claims = { token_type: kind, exp, iat, jti: randomUUID().replaceAll('-', ''), user_id: userId };
  return new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(FLEETS[alg].signing);
}

serviceTest('postgres')('a fleet', (program) => {
  let server: PostgresServer;
  let pool: Pool;

  beforeAll(async () => {
    server = await startPostgres({ program });
    pool = new Pool({ connectionString: server.url });
    await pool.query(sourceOf('simplejwt/django-tables.sql'));
    await pool.query(`INSERT INTO auth_user (username) VALUES ('ada'), ('grace')`);
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  /** What `token.blacklist()` does: the row of a token, and the row that refuses it. */
  async function blacklistAtDjango(token: string): Promise<void> {
    const { jti, exp, user_id: user } = decodeJwt(token);
    await pool.query(
      `INSERT INTO token_blacklist_outstandingtoken (jti, token, expires_at, user_id)
       VALUES ($1, $2, to_timestamp($3), $4) ON CONFLICT DO NOTHING`,
      [jti, token, exp, user],
    );
    await pool.query(
      `INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
       SELECT now(), id FROM token_blacklist_outstandingtoken WHERE jti = $1`,
      [jti],
    );
  }

  /** What `check_blacklist` asks. */
  async function isRefusedAtDjango(token: string): Promise<boolean> {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM token_blacklist_blacklistedtoken b
       JOIN token_blacklist_outstandingtoken t ON b.token_id = t.id WHERE t.jti = $1`,
      [decodeJwt(token).jti],
    );
    return rowCount === 1;
  }

  describe.each(['HS256', 'RS256'] as const)('that signs with %s', (alg) => {
    let auth: SimpleJwtAuth;
    let url: string;

    beforeEach(async () => {
      auth = createFleetAuth(FLEETS[alg].keys, pool);
      const serving = await serve(createApp(auth));
      onTestFinished(serving.close);
      url = serving.url;
    });
    const me = (token: string): Promise<Answer> =>
      ask(url, { path: '/me', headers: ['Authorization', `Bearer ${token}`] });
    const post = (path: string, body: object): Promise<Answer> =>
      ask(url, { path: `/api/token/${path}`, body });

    it.each([1, '1'])('Django’s access token for user %j opens a route of Node’s', async (userId) => {
      const access = await djangoToken(alg, 'access', userId);
      expect(await me(access)).toMatchObject({ status: 200, body: { id: '1' } });
      expect(inWords(await me(await djangoToken(alg, 'refresh', userId)))).toBe('401 token_wrong_type');
      expect(inWords(await me(await djangoToken(alg, 'sliding', userId)))).toBe('401 token_wrong_type');
    });

    it('Node’s tokens are of the shape that Django makes and asks for', async () => {
      const { body } = await post('', { username: 'ada', password: 'lovelace' });
      for (const [kind, life] of [
        ['access', 300],
        ['refresh', 86_400],
      ] as const) {
        const token = String((body as Record<string, unknown>)[kind]);
        const claims = decodeJwt(token);
        expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'JWT' });
        expect(Object.keys(claims)).toEqual(['token_type', 'exp', 'iat', 'jti', 'user_id']);
        expect(claims).toMatchObject({
          token_type: kind,
          user_id: '1',
          jti: expect.stringMatching(/^[0-9a-f]{32}$/),
        });
        expect(Number(claims.exp) - Number(claims.iat)).toBe(life);
        await compactVerify(token, FLEETS[alg].verifying, { algorithms: [alg] });
      }
    });

    it('a refresh token of Django’s is changed at Node, once, and then refused on both sides', async () => {
      const refresh = await djangoToken(alg, 'refresh', 1);
      const answers = await Promise.all(Array.from({ length: 10 }, () => post('refresh/', { refresh })));
      const [won, ...more] = answers.filter(({ status }) => status === 200);
      expect([won?.status, more.length]).toEqual([200, 0]);
      expect(new Set(answers.map(inWords))).toEqual(new Set(['200', '401 token_revoked']));
      expect(await isRefusedAtDjango(refresh)).toBe(true);
      const { access } = (won as Answer).body as { access: string };
      expect((await me(access)).status).toBe(200);
    });

    it('what Django has on its blacklist is refused at Node', async () => {
      const refresh = await djangoToken(alg, 'refresh', 1);
      expect((await post('verify/', { token: refresh })).status).toBe(200);
      await blacklistAtDjango(refresh);
      expect(inWords(await post('refresh/', { refresh }))).toBe('401 token_revoked');
      expect(inWords(await post('verify/', { token: refresh }))).toBe('401 token_revoked');
    });

    it('a logout at Node is one at Django, for a token that Django knows and for one that it does not', async () => {
      const known = await djangoToken(alg, 'refresh', 1);
      const { refresh: unknown } = await auth.issue({ subject: '1' });
      await pool.query(
        `INSERT INTO token_blacklist_outstandingtoken (jti, token, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
        [decodeJwt(known).jti, known],
      );
      for (const refresh of [known, String(unknown)]) {
        expect(await isRefusedAtDjango(refresh)).toBe(false);
        expect((await post('blacklist/', { refresh })).status).toBe(200);
        expect((await post('blacklist/', { refresh })).status).toBe(200);
        expect(await isRefusedAtDjango(refresh)).toBe(true);
      }
    });

    it('the blacklist can be taken over into another store', async () => {
      const atDjango = await djangoToken(alg, 'refresh', 1);
      await blacklistAtDjango(atDjango);
      const { refresh: atNode } = await auth.issue({ subject: '2' });
      await auth.revoke(String(atNode));
      const store = memoryStore();
      const apart = createSimpleJwtAuth({ keys: FLEETS[alg].keys, store });
      expect(await apart.refresh(atDjango)).toBeDefined();

      expect(await takeOverBlacklist(pool, store)).toBeGreaterThan(1);
      for (const token of [atDjango, String(atNode)])
        await expect(apart.refresh(token)).rejects.toMatchObject({ code: 'token_revoked' });
      expect(await apart.refresh(await djangoToken(alg, 'refresh', 1))).toBeDefined();
    });
  });

  it('a row of a user who is gone stays without one, and refuses all the same', async () => {
    const auth = createFleetAuth(FLEETS.HS256.keys, pool);
    const orphan = await djangoToken('HS256', 'refresh', 4711);
    await auth.revoke(orphan);
    expect(await isRefusedAtDjango(orphan)).toBe(true);
  });

  it('tables that cannot be asked are 503, never a pass', async () => {
    const broken = createFleetAuth(
      FLEETS.HS256.keys,
      new Pool({ connectionString: `${server.url}-not-there` }),
    );
    await expect(broken.verify(await djangoToken('HS256', 'access', 1))).rejects.toMatchObject({
      status: 503,
    });
  });
});

it('a service that only verifies needs the public key alone', async () => {
  const auth = createSimpleJwtAuth({ keys: { alg: 'RS256', publicKey: rsa.publicKey } });
  expect(await auth.verify(await djangoToken('RS256', 'access', 7))).toMatchObject({ subject: '7' });
  await expect(auth.issue({ subject: '7' })).rejects.toThrow(/options\.keys are public/);
});
