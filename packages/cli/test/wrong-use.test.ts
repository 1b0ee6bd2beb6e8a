import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, start, temporaryFolder } from './support.ts';

/** What is wrong, the command line, and words of the line it gets. */
const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['no command', [], 'name a command'],
  ['a group without a command', ['keys'], 'name a command'],
  ['an unknown command', ['unlock'], "unknown command 'unlock'"],
  ['an unknown command of a group', ['store', 'drop'], "unknown command 'drop'"],
  ['a misspelt command', ['sessions', 'lst'], 'Did you mean list?'],
  ['an unknown option', ['decode', 'x', '--verify'], "unknown option '--verify'"],
  ['an unknown option with a value', ['decode', 'x', '--secret=hunter2'], "unknown option '--secret'"],
  [
    'a secret as an option',
    ['verify', 'x', '--issuer', 'i', '--audience', 'a', '--secret', 'hunter2'],
    '--secret',
  ],
  ['a missing argument', ['decode'], "missing required argument 'token'"],
  ['an argument too many', ['decode', 'x', 'hunter2'], 'Expected 1 argument but got 2.'],
  ['an option without its value', ['verify', 'x', '--issuer'], 'argument missing'],
  ['a required option left out', ['verify', 'x', '--issuer', 'i'], "required option '--audience <audience>'"],
  [
    'a subject left out',
    ['sessions', 'list', '--store', 'sqlite:x.db'],
    "required option '--subject <subject>'",
  ],
  ['no keys file', ['keys', 'list'], 'KEYS_FILE'],
  ['an unknown algorithm', ['keys', 'generate', '--keys', 'k', '--alg', 'none'], 'Allowed choices are HS256'],
  ['an unknown step', ['keys', 'rotate', 'undo', '--keys', 'k'], 'Allowed choices are publish'],
  ['a wait that is none', ['keys', 'rotate', 'sign', '--keys', 'k', '--wait', 'long'], '--wait takes'],
  ['no store', ['prune'], 'STORE_URL'],
  ['a store of no kind', ['prune', '--store', 'mysql://db/x'], 'sqlite:<path>'],
  ['a store in memory', ['prune', '--store', 'memory:'], 'in the process'],
  ['a store with a password', ['prune', '--store', 'redis://:hunter2@db'], 'STORE_URL'],
  ['a password in a parameter', ['prune', '--store', 'postgres://db/x?password=hunter2'], 'STORE_URL'],
  ['a password in a URL that is none', ['prune', '--store', 'redis://u:hunter2@'], 'STORE_URL'],
  ['a batch of nothing', ['prune', '--store', 'sqlite:x.db', '--batch', '0'], '--batch takes'],
  ['a prefix for SQLite', ['prune', '--store', 'sqlite:x.db', '--prefix', 'p'], '--prefix is for Redis'],
  ['a schema for Redis', ['prune', '--store', 'redis://h', '--schema', 's'], '--schema is for PostgreSQL'],
  ['no way to verify', ['verify', 'x', '--issuer', 'i', '--audience', 'a'], 'name one of --jwks'],
  [
    'two ways to verify',
    ['verify', 'x', '--issuer', 'i', '--audience', 'a', '--jwks', 'https://x', '--keys', 'k'],
    'name one of --jwks',
  ],
  [
    'a key set over plain http',
    ['verify', 'x', '--issuer', 'i', '--audience', 'a', '--jwks', 'http://example.com/jwks'],
    'https',
  ],
  [
    'standard input twice',
    ['verify', '-', '--issuer', 'i', '--audience', 'a', '--secret-file', '-'],
    'either the token or the secret',
  ],
  [
    'a secret for public keys',
    ['verify', 'x', '--issuer', 'i', '--audience', 'a', '--secret-file', '-', '--alg', 'ES256'],
    'goes with HS256',
  ],
  [
    'a leeway that is none',
    ['verify', 'x', '--issuer', 'i', '--audience', 'a', '--jwks', 'https://x', '--leeway', 'much'],
    'leeway',
  ],
  ['no configuration', ['doctor'], 'name one of --config'],
  ['two configurations', ['doctor', '--env', '--config', 'x'], 'name one of --config'],
];

describe('wrong use', () => {
  it.each(CASES)('%s: one line on stderr and exit code 2', async (_title, args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(/^tokenpair: [^\n]+\n$/);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('hunter2');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('ends the process with 2 as well', async () => {
    const { code, stdout, stderr } = await start(['keys', 'frobnicate']);
    expect([code, stdout, stderr]).toEqual([2, '', "tokenpair: unknown command 'frobnicate'\n"]);
  });
});

describe('what fails', () => {
  it.each([
    ['a token that is none', ['decode', 'abc'], 'no JWT'],
    ['a keys file that is not there', ['keys', 'list', '--keys', '/nowhere/keys.json'], 'ENOENT'],
    ['a database that is not there', ['prune', '--store', 'sqlite:/nowhere/x.db'], 'store migrate'],
    ['a configuration that is not there', ['doctor', '--config', '/nowhere/x.json'], 'ENOENT'],
  ])('%s: one line on stderr and exit code 1', async (_title, args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(/^tokenpair: [^\n]+\n$/);
    expect(stderr).toContain(words);
    expect([code, stdout]).toEqual([1, '']);
  });

  it('says so in JSON too where that was asked for', async () => {
    const { code, stdout } = await run(['decode', 'abc', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { error: { code: 'no_jwt', message: 'this is no JWT: it has 1 part, not three' } },
    ]);
  });

  it('shows no token, no password and no control characters of what it was given', async () => {
    const file = join(temporaryFolder(), '\u001b[31meyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl');
    const { stderr } = await run(['keys', 'list', '--keys', file]);
    expect(stderr).toContain('eyJ…');
    expect(stderr).not.toContain('eyJhbGci');
    expect(stderr).not.toContain('\u001b');
    const { stderr: refused } = await run(['prune'], { env: { STORE_URL: 'nosql://u:hunter2@h' } });
    expect(refused).not.toContain('hunter2');
  });
});
