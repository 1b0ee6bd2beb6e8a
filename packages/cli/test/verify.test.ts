import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuth, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOrMakeKeys } from '../../../examples/shared/src/keys/key-file.ts';
import { json, NOW, run, start, temporaryFolder } from './support.ts';

const ISSUER = 'https://auth.example.com';
const AUDIENCE = 'https://api.example.com';
const WHO = ['--issuer', ISSUER, '--audience', AUDIENCE];
const SECRET = 'q2vX8sJ4nT7bL0mK5wR9yF3hD6gZ1cVe';

async function pairFrom(keys: KeyInput | readonly KeyInput[], now = NOW) {
  const auth = createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys,
    store: memoryStore(),
    clock: () => now,
  });
  const { access = '', refresh = '' } = await auth.sessions.issue({ subject: '7', scope: 'read' });
  return { access, refresh, jwks: auth.jwks() };
}

function secretFile(text = SECRET): string {
  const file = join(temporaryFolder(), 'secret');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function serve(body: object): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

describe('verify', () => {
  it('takes a token by the keys of a keys file', async () => {
    const file = join(temporaryFolder(), 'keys.json');
    const { access } = await pairFrom(readOrMakeKeys(file, 'ES256'));
    const { code, data } = await json(['verify', access, ...WHO, '--keys', file]);
    expect([code, data]).toMatchObject([
      0,
      { verified: true, subject: '7', scopes: ['read'], issuer: ISSUER },
    ]);
    const { stdout } = await run(['verify', access, ...WHO, '--keys', file]);
    expect(stdout).toMatch(/^verified: /);
    expect(stdout).toContain('in 5 minutes');
  });

  it('takes a token by the public keys that the issuer publishes', async () => {
    const file = join(temporaryFolder(), 'keys.json');
    const { access, jwks } = await pairFrom(readOrMakeKeys(file, 'RS256'));
    const url = await serve(jwks);
    expect((await json(['verify', access, ...WHO, '--jwks', url])).data).toMatchObject({ verified: true });
    expect((await json(['verify', access, ...WHO, '--jwks', url, '--alg', 'PS256'])).data).toMatchObject({
      verified: false,
    });
    const published = join(temporaryFolder(), 'jwks.json');
    writeFileSync(published, JSON.stringify(jwks));
    expect((await run(['verify', access, ...WHO, '--keys', published])).code).toBe(0);
  });

  it('takes a token by a secret in a file or on standard input, with or without a line break', async () => {
    const { access } = await pairFrom({ alg: 'HS256', secret: SECRET }, Date.now());
    for (const text of [SECRET, `${SECRET}\n`, `${SECRET}\r\n`])
      expect((await start(['verify', access, ...WHO, '--secret-file', secretFile(text)])).code).toBe(0);
    expect((await start(['verify', access, ...WHO, '--secret-file', '-'], { stdin: SECRET })).code).toBe(0);
    expect(
      (await start(['verify', '-', ...WHO, '--secret-file', secretFile()], { stdin: access })).code,
    ).toBe(0);
  });

  it('refuses with the code of the reason, and exit code 1', async () => {
    const { access, refresh } = await pairFrom({ alg: 'HS256', secret: SECRET });
    const by = ['--secret-file', secretFile()];
    const refused = async (args: readonly string[], now = NOW) =>
      (await json(['verify', ...args], { now })).data;
    const over = NOW + 305_000;
    expect(await refused([access, ...WHO, ...by], over - 1)).toMatchObject({ verified: true });
    expect(await refused([access, ...WHO, ...by], over)).toMatchObject({
      verified: false,
      code: 'token_expired',
    });
    expect(await refused([access, ...WHO, ...by, '--leeway', '10s'], over)).toMatchObject({ verified: true });
    const other = ['--issuer', ISSUER, '--audience', 'https://other.example.com'];
    expect(await refused([access, ...other, ...by])).toMatchObject({ code: 'token_not_valid' });
    const altered = `${access.slice(0, -1)}${access.endsWith('A') ? 'E' : 'A'}`;
    expect(await refused([altered, ...WHO, ...by])).toMatchObject({
      code: 'token_not_valid',
    });
    expect(await refused([refresh, ...WHO, ...by])).toMatchObject({ code: 'token_wrong_type' });
    const own = ['--issuer', ISSUER, '--audience', ISSUER, '--typ', 'rt+jwt'];
    expect(await refused([refresh, ...own, ...by])).toMatchObject({ verified: true });
    const wrong = ['--secret-file', secretFile('Zx8sJ4nT7bL0mK5wR9yF3hD6gZ1cVeq2')];
    expect(await refused([access, ...WHO, ...wrong])).toMatchObject({ code: 'token_not_valid' });
    expect((await run(['verify', access, ...WHO, ...wrong])).code).toBe(1);
  });

  it('says of keys that cannot be fetched that they cannot', async () => {
    const { access } = await pairFrom(readOrMakeKeys(join(temporaryFolder(), 'keys.json'), 'ES256'));
    const url = await serve({ none: true });
    const { code, data } = await json(['verify', access, ...WHO, '--jwks', url]);
    expect([code, data]).toMatchObject([
      1,
      { code: 'keys_unavailable', cause: 'the key set has no array of keys' },
    ]);
    const { stdout } = await run(['verify', access, ...WHO, '--jwks', 'http://127.0.0.1:1/jwks']);
    expect(stdout).toMatch(/^refused: keys_unavailable\. .*\(fetch failed/);
  });

  it('refuses a secret that core refuses, and shows neither it nor the token', async () => {
    const { access } = await pairFrom({ alg: 'HS256', secret: SECRET });
    const { code, stdout, stderr } = await run([
      'verify',
      access,
      ...WHO,
      '--secret-file',
      secretFile('hunter2'),
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('at least 32 bytes');
    expect(stderr).not.toMatch(/hunter2|eyJ\w/);
  });

  it('prints no token and no secret', async () => {
    const { access } = await pairFrom({ alg: 'HS256', secret: SECRET });
    for (const args of [WHO, ['--issuer', ISSUER, '--audience', 'x']])
      for (const mode of [[], ['--json']]) {
        const { stdout, stderr } = await run([
          'verify',
          access,
          ...args,
          '--secret-file',
          secretFile(),
          ...mode,
        ]);
        for (const part of [...access.split('.'), SECRET]) expect(stdout + stderr).not.toContain(part);
      }
  });
});
