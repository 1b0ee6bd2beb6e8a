import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimsOf, get, headerOf, logIn, refresh } from '../../shared/test/support/client.ts';
import { startAndEnd, startServer, temporaryFolder } from '../../shared/test/support/server.ts';

describe.concurrent('asymmetric keys', () => {
  it.each([
    ['RS256', ['kty', 'n', 'e', 'kid', 'alg', 'use']],
    ['ES256', ['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use']],
    ['EdDSA', ['kty', 'crv', 'x', 'kid', 'alg', 'use']],
  ])('of ALG=%s sign both tokens, and only public members are shown', async (alg, members) => {
    const { url, folder, keysFile } = await startServer({ ALG: alg });
    const pair = await logIn(url);
    expect((await get(`${url}/hello`, pair.access)).status).toBe(200);
    expect((await refresh(url, pair.refresh)).status).toBe(200);

    const { body } = await get(`${url}/.well-known/jwks.json`);
    expect(body.keys).toHaveLength(1);
    expect(Object.keys(body.keys[0]).sort()).toEqual([...members].sort());
    expect(headerOf(pair.access)).toEqual({ alg, typ: 'at+jwt', kid: body.keys[0].kid });
    expect(headerOf(pair.refresh)).toEqual({ alg, typ: 'rt+jwt', kid: body.keys[0].kid });

    const secret = JSON.parse(readFileSync(keysFile, 'utf8')).keys[0].d;
    expect(secret).toEqual(expect.any(String));
    expect(JSON.stringify(body)).not.toContain(secret);
    const wrong = await startAndEnd({ ALG: 'HS256' }, folder);
    expect([wrong.code, wrong.stderr]).toEqual([
      78,
      `KEYS_FILE ${keysFile} has no key that can sign with ALG=HS256\n`,
    ]);
  });
});

describe.concurrent('settings', () => {
  it('take the secret from TOKENPAIR_SECRET, so that two services share it', async () => {
    const env = {
      TOKENPAIR_SECRET: 'a secret of the tests, of 32 bytes or more',
      STORE_URL: 'memory:',
      REVOCATION: 'none',
    };
    const [one, two] = await Promise.all([startServer(env), startServer(env)]);
    const { access } = await logIn(one.url);
    expect((await get(`${two.url}/hello`, access)).status).toBe(200);
  });

  it('change the lives, the issuer, the audience and the rotation', async () => {
    const { url } = await startServer({
      STORE_URL: 'memory:',
      ACCESS_TTL: '1m',
      ISSUER: 'https://i.example',
      AUDIENCE: 'api',
      ROTATE: 'false',
    });
    const { access, refresh: token } = await logIn(url);
    const { iss, aud, iat, exp } = claimsOf(access);
    expect([iss, aud, exp - iat]).toEqual(['https://i.example', 'api', 60]);
    const answer = await refresh(url, token);
    expect(Object.keys(answer.body)).toEqual(['access', 'token_type', 'expires_in']);
  });

  it('believe a proxy about the client only when told to', async () => {
    const [trusting, wary] = await Promise.all(
      ['1', 'off'].map((TRUST_PROXY) => startServer({ STORE_URL: 'memory:', TRUST_PROXY })),
    );
    for (const server of [trusting, wary]) {
      await fetch(`${server?.url}/healthz`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
      await get(`${server?.url}/healthz`);
    }
    await expect.poll(() => trusting?.logged().some(({ ip }) => ip === '203.0.113.7')).toBe(true);
    expect(wary?.logged().some(({ ip }) => ip === '203.0.113.7')).toBe(false);
  });

  it.each([
    ['PORT', { PORT: 'abc' }, 78],
    ['ALG', { ALG: 'none' }, 78],
    ['TOKENPAIR_SECRET', { TOKENPAIR_SECRET: 'short' }, 78],
    ['STORE_URL', { STORE_URL: 'redis://:hunter2@127.0.0.1:1' }, 1],
    ['STORE_URL', { STORE_URL: 'postgres://postgres:hunter2@127.0.0.1:1/db' }, 1],
  ])('that are wrong in %s end the start with one line: %o', async (name, env, exitCode) => {
    const { code, stdout, stderr } = await startAndEnd(env);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toMatch(new RegExp(`^${name}[^\\n]*\\n$`));
    expect(stderr).not.toContain('hunter2');
  });

  it('that name a damaged keys file end the start with one line', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    for (const text of [
      '{"keys":[{"kty":"oct","al',
      '',
      '[]',
      '{"keys":[]}',
      '{"keys":[{"kty":"oct","alg":"HS256","k":"c2hvcnQ"}]}',
    ]) {
      writeFileSync(join(folder, 'data/keys.json'), text);
      const { code, stdout, stderr } = await startAndEnd({}, folder);
      expect([code, stdout]).toEqual([78, '']);
      expect(stderr).toMatch(/^KEYS_FILE [^\n]*\n$/);
      expect(stderr).not.toContain('c2hvcnQ');
    }
  });

  it('that name no database end the start with one line', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'text.db'),
      'This is no database, and it is long enough to look like a file of some kind.',
    );
    const { code, stderr } = await startAndEnd({ STORE_URL: 'sqlite:text.db' }, folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^STORE_URL[^\n]*\n$/);
  });
});
