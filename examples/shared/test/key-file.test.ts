import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOrMakeKeys } from '../src/keys/key-file.ts';
import { ALGORITHM_NAMES, makeJwk } from '../src/keys/key-recipes.ts';
import { SettingsError, StartError } from '../src/start-error.ts';

const FIXTURE = fileURLToPath(new URL('fixtures/make-keys.mjs', import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the keys file', () => {
  it.each(ALGORITHM_NAMES)('is made with a key that core takes for %s, and read again', async (alg) => {
    const file = join(temporaryFolder(), 'keys.json');
    const keys = readOrMakeKeys(file, alg);
    expect(readOrMakeKeys(file, alg)).toEqual(keys);
    const auth = createAuth({ issuer: 'i', audience: 'a', keys, store: memoryStore() });
    const { access } = await auth.sessions.issue({ subject: '1' });
    const headers = ['Authorization', `Bearer ${access}`];
    expect(await auth.guard()({ method: 'GET', rawHeaders: headers })).toMatchObject({ passed: true });
  });

  it('is for its owner alone, in a folder for its owner alone, with nothing left beside it', () => {
    const folder = join(temporaryFolder(), 'new', 'data');
    readOrMakeKeys(join(folder, 'keys.json'), 'ES256');
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is made once by six processes that start together, and all use it', { timeout: 60_000 }, async () => {
    const file = join(temporaryFolder(), 'keys.json');
    const children = Array.from({ length: 6 }, () => fork(FIXTURE, [file], { execArgv: [] }));
    onTestFinished(() => children.forEach((child) => void child.kill('SIGKILL')));
    await Promise.all(children.map((child) => once(child, 'message')));
    const got = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    const keys = (await Promise.all(got)).map(([text]) => text);
    expect(new Set(keys)).toEqual(new Set([JSON.stringify(readOrMakeKeys(file, 'RS256'))]));
  });

  it('puts the key for ALG first and keeps the others for verification', () => {
    const file = join(temporaryFolder(), 'keys.json');
    const [old, next] = [makeJwk('HS256'), makeJwk('ES256')];
    writeFileSync(file, JSON.stringify({ keys: [old, { ...next, kid: 'next' }] }));
    expect(readOrMakeKeys(file, 'ES256')).toMatchObject([{ alg: 'ES256', kid: 'next' }, { alg: 'HS256' }]);
    expect(readOrMakeKeys(file, 'HS256').map(({ alg }) => alg)).toEqual(['HS256', 'ES256']);
  });

  it('without a key that can sign with ALG is refused', () => {
    const file = join(temporaryFolder(), 'keys.json');
    const { d: _, ...publicOnly } = makeJwk('ES256') as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ keys: [publicOnly] }));
    expect(() => readOrMakeKeys(file, 'ES256')).toThrow(StartError);
    expect(() => readOrMakeKeys(file, 'HS256')).toThrow(StartError);
  });

  it('that cannot be read is for somebody to mend only where it does not pass by itself', () => {
    const refuse = (code: string) => () => {
      throw Object.assign(new Error(code), { code });
    };
    const file = join(temporaryFolder(), 'keys.json');
    for (const code of ['EACCES', 'EPERM', 'EISDIR', 'ENOTDIR'])
      expect(() => readOrMakeKeys(file, 'ES256', refuse(code))).toThrow(SettingsError);
    for (const code of ['EIO', 'ESTALE', 'EMFILE', 'ENFILE']) {
      expect(() => readOrMakeKeys(file, 'ES256', refuse(code))).toThrow(StartError);
      expect(() => readOrMakeKeys(file, 'ES256', refuse(code))).not.toThrow(SettingsError);
    }
  });

  it('that is a folder, or cannot be made, is refused in one line', () => {
    const folder = temporaryFolder();
    expect(() => readOrMakeKeys(folder, 'HS256')).toThrow(StartError);
    writeFileSync(join(folder, 'file'), '');
    expect(() => readOrMakeKeys(join(folder, 'file', 'keys.json'), 'HS256')).toThrow(StartError);
  });
});
