import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createAuth, type Jwk } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { readOrMakeKeys } from '../../../examples/shared/src/keys/key-file.ts';
import { ALGORITHM_NAMES } from '../src/keys/make-jwk.ts';
import { DAY, json, NOW, run, start, temporaryFolder } from './support.ts';

const MINUTE = 60_000;

function keysIn(file: string): readonly Jwk[] {
  return JSON.parse(readFileSync(file, 'utf8')).keys;
}

/** Every private member of every key, none of which may ever be printed. */
function secretsIn(file: string): readonly string[] {
  return keysIn(file).flatMap((jwk) =>
    ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi'].flatMap((name) => jwk[name] ?? []),
  ) as string[];
}

async function generated(alg = 'ES256'): Promise<string> {
  const file = join(temporaryFolder(), 'keys.json');
  expect((await run(['keys', 'generate', '--keys', file, '--alg', alg])).code).toBe(0);
  return file;
}

function rotate(step: string, file: string, now: number, ...more: readonly string[]) {
  return json<{ kid: string; signs: string }>(['keys', 'rotate', step, '--keys', file, ...more], { now });
}

describe('keys generate', () => {
  it.each(ALGORITHM_NAMES)(
    'makes a key for %s that core and the examples take, and shows nothing of it',
    async (alg) => {
      const file = await generated(alg);
      const keys = readOrMakeKeys(file, alg);
      const auth = createAuth({ issuer: 'i', audience: 'a', keys, store: memoryStore() });
      const listed = await json<{ keys: object[] }>(['keys', 'list', '--keys', file]);
      expect(listed.data.keys).toEqual([
        { kid: auth.keys.access.list()[0]?.kid, alg, does: 'signs', private: true },
      ]);
      expect((await json(['keys', 'jwks', '--keys', file])).data).toEqual(auth.jwks());
      expect(secretsIn(file)).not.toEqual([]);
    },
  );

  it('makes the file for its owner alone, in a folder for its owner alone, with nothing left beside it', async () => {
    const folder = join(temporaryFolder(), 'new');
    const { code, stdout } = await start(['keys', 'generate', '--json'], {
      env: { KEYS_FILE: join(folder, 'keys.json') },
    });
    expect([code, JSON.parse(stdout).alg]).toEqual([0, 'ES256']);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('leaves a file that is there as it is', async () => {
    const file = await generated();
    const before = readFileSync(file, 'utf8');
    const { code, data } = await json(['keys', 'generate', '--keys', file]);
    expect([code, data]).toMatchObject([1, { error: { code: 'keys_exist' } }]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('keys list', () => {
  it('reads a file that the examples made', async () => {
    const file = join(temporaryFolder(), 'keys.json');
    readOrMakeKeys(file, 'RS256');
    const { code, data } = await json<{ keys: object[] }>(['keys', 'list', '--keys', file]);
    expect([code, data.keys]).toMatchObject([0, [{ alg: 'RS256', does: 'signs' }]]);
  });

  it('says of a file that others may read that it does, with exit code 1', async () => {
    const file = await generated();
    chmodSync(file, 0o640);
    const { code, stdout } = await run(['keys', 'list', '--keys', file]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('chmod 600')]);
  });

  it.each([
    ['no JSON', 'sEcReT', 'keys_damaged'],
    ['no keys', '{"keys":[]}', 'keys_damaged'],
    ['a key without its algorithm', '{"keys":[{"kty":"oct","k":"sEcReT"}]}', 'keys_damaged'],
    ['a secret that is too short', '{"keys":[{"kty":"oct","alg":"HS256","k":"sEcReT"}]}', 'keys_refused'],
  ])('refuses a file with %s, and quotes nothing of it', async (_title, text, code) => {
    const file = join(temporaryFolder(), 'keys.json');
    writeFileSync(file, text, { mode: 0o600 });
    const { stdout, stderr } = await run(['keys', 'list', '--keys', file, '--json']);
    expect(JSON.parse(stdout).error.code).toBe(code);
    expect(stdout + stderr).not.toContain('sEcReT');
  });

  it('names the key that core refuses by its place in the file', async () => {
    const file = await generated();
    const keys = [...keysIn(file), { kty: 'oct', alg: 'HS256', k: 'AAAA' }];
    writeFileSync(file, JSON.stringify({ keys }));
    expect((await run(['keys', 'list', '--keys', file])).stderr).toContain(
      'keys[1].secret must have at least 32',
    );
  });
});

describe('keys rotate', () => {
  it('replaces the signing key in three steps, and waits between them', async () => {
    const file = await generated();
    const [old] = keysIn(file);

    const published = await rotate('publish', file, NOW);
    expect(published.data.signs).not.toBe(published.data.kid);
    expect(keysIn(file)).toMatchObject([old ?? {}, { alg: 'ES256' }]);
    expect(await rotate('sign', file, NOW + 6 * MINUTE - 1)).toMatchObject({
      code: 1,
      data: { error: { code: 'too_early' } },
    });

    const signing = await rotate('sign', file, NOW + 6 * MINUTE);
    expect(signing.data).toMatchObject({ kid: published.data.kid, signs: published.data.kid });
    const [first, second] = keysIn(file);
    expect(second).toMatchObject(old ?? {});
    expect(readOrMakeKeys(file, 'ES256')[0]).toMatchObject({ privateKey: { d: first?.['d'] } });
    const later = NOW + 6 * MINUTE + DAY + MINUTE;
    expect(await rotate('retire', file, later - 1)).toMatchObject({
      code: 1,
      data: { error: { code: 'too_early' } },
    });

    expect((await rotate('retire', file, later)).code).toBe(0);
    expect(keysIn(file)).toEqual([first]);
  });

  it('keeps tokens of the old key good until it is retired, with auths that read the file at each step', async () => {
    const file = await generated();
    const store = memoryStore();
    const authNow = () =>
      createAuth({ issuer: 'i', audience: 'a', keys: readOrMakeKeys(file, 'ES256'), store });
    const { access = '' } = await authNow().sessions.issue({ subject: '1' });
    const passes = async () =>
      (await authNow().guard()({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${access}`] }))?.passed;
    for (const step of ['publish', 'sign']) {
      await rotate(step, file, NOW, '--at-once');
      expect([step, await passes()]).toEqual([step, true]);
    }
    await rotate('retire', file, NOW, '--at-once');
    expect(await passes()).toBe(false);
  });

  it('waits as long as it is told', async () => {
    const file = await generated();
    await rotate('publish', file, NOW);
    expect((await rotate('sign', file, NOW + 9 * MINUTE, '--wait', '10m')).code).toBe(1);
    expect((await rotate('sign', file, NOW + 10 * MINUTE, '--wait', '10m')).code).toBe(0);
  });

  it('refuses a step that is not next, and changes nothing', async () => {
    const file = await generated();
    const before = readFileSync(file, 'utf8');
    expect((await rotate('sign', file, NOW)).data).toMatchObject({ error: { code: 'no_such_key' } });
    expect((await rotate('retire', file, NOW)).data).toMatchObject({ error: { code: 'no_such_key' } });
    const { data } = await json<{ keys: { kid: string }[] }>(['keys', 'list', '--keys', file]);
    const kid = String(data.keys[0]?.kid);
    expect((await rotate('retire', file, NOW, '--kid', kid)).data).toMatchObject({
      error: { code: 'wrong_step' },
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
    await rotate('publish', file, NOW);
    expect((await rotate('publish', file, NOW)).data).toMatchObject({ error: { code: 'wrong_step' } });
  });

  it('says to what it cannot tell which key is meant, and takes a kid', async () => {
    const file = await generated();
    const others = await Promise.all(['ES256', 'ES256'].map((alg) => generated(alg)));
    const keys = [file, ...others].flatMap(keysIn);
    writeFileSync(file, JSON.stringify({ keys }));
    expect((await rotate('sign', file, NOW)).data).toMatchObject({ error: { code: 'kid_needed' } });
    const { data } = await json<{ keys: { kid: string }[] }>(['keys', 'list', '--keys', file]);
    const kid = String(data.keys[2]?.kid);
    expect((await rotate('sign', file, NOW, '--kid', kid)).data).toMatchObject({ signs: kid });
  });

  it('changes to another algorithm', async () => {
    const file = await generated('HS256');
    await rotate('publish', file, NOW, '--alg', 'EdDSA');
    await rotate('sign', file, NOW, '--at-once');
    expect(keysIn(file).map(({ alg }) => alg)).toEqual(['EdDSA', 'HS256']);
  });

  it('keeps the mode, the owner and a link to the file, and leaves nothing beside it', async () => {
    const folder = temporaryFolder();
    const file = await generated();
    const link = join(folder, 'keys.json');
    symlinkSync(file, link);
    const owner = process.getuid?.() === 0 ? 12_345 : (process.getuid?.() ?? 0);
    if (process.getuid?.() === 0) chownSync(file, owner, owner);
    expect((await rotate('publish', link, NOW)).code).toBe(0);
    expect(statSync(file)).toMatchObject({ uid: owner });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(keysIn(file)).toHaveLength(2);
    expect([...readdirSync(folder), ...readdirSync(join(file, '..'))]).toEqual(['keys.json', 'keys.json']);
  });

  it('is refused while somebody else changes the file', async () => {
    const file = await generated();
    mkdirSync(`${file}.lock`);
    expect((await rotate('publish', file, NOW)).data).toMatchObject({ error: { code: 'keys_locked' } });
    expect(keysIn(file)).toHaveLength(1);
  });

  it('loses none of six keys that are put in at once, or says so', { timeout: 60_000 }, async () => {
    const file = await generated();
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => start(['keys', 'rotate', 'publish', '--keys', file, '--json'])),
    );
    expect(runs.filter(({ code }) => code === 0)).toHaveLength(1);
    const codes = runs.filter(({ code }) => code !== 0).map(({ stdout }) => JSON.parse(stdout).error.code);
    for (const code of codes) expect(['keys_locked', 'wrong_step']).toContain(code);
    expect(keysIn(file)).toHaveLength(2);
  });
});

it('no command on keys prints anything private', async () => {
  for (const alg of ['HS256', 'RS256', 'ES384', 'EdDSA']) {
    const file = await generated(alg);
    const said: string[] = [];
    for (const args of [
      ['rotate', 'publish'],
      ['rotate', 'sign'],
      ['rotate', 'sign', '--at-once'],
      ['list'],
      ['jwks'],
      ['generate'],
    ])
      for (const mode of [[], ['--json']]) {
        const { stdout, stderr } = await run(['keys', ...args, '--keys', file, ...mode]);
        said.push(stdout, stderr);
      }
    for (const secret of secretsIn(file)) expect(said.join('\n')).not.toContain(secret);
  }
});
