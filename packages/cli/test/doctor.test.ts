import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { examine, RULES } from '../src/doctor/examine.ts';
import type { Config } from '../src/doctor/facts.ts';
import { json, run, start, temporaryFolder } from './support.ts';

const SECRET = 'q2vX8sJ4nT7bL0mK5wR9yF3hD6gZ1cVe';
const SAFE = {
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  keys: { alg: 'HS256', secret: SECRET },
};
const SQLITE = { kind: 'sqlite', file: '/data/x.db' } as const;
const COOKIES = { ...SAFE, transport: 'cookie', cookie: { path: '/api/token', refreshPrefix: 'host' } };

function idsOf(config: Config): readonly string[] {
  return examine(config).map(({ id }) => id);
}

/** For each rule a configuration it applies to, and one just beside it that it lets pass. */
const CASES: Readonly<Record<string, readonly [bad: Config, good: Config]>> = {
  'issuer-missing': [{ options: { ...SAFE, issuer: undefined } }, { options: SAFE }],
  'audience-missing': [{ options: { ...SAFE, audience: '' } }, { options: SAFE }],
  'issuer-http': [
    { options: { ...SAFE, issuer: 'http://api.example.com' } },
    { options: { ...SAFE, issuer: 'http://localhost:8000' } },
  ],
  'keys-missing': [{ options: { ...SAFE, keys: [] } }, { options: SAFE }],
  'keys-file-open': [
    { options: SAFE, keysFileOpen: true },
    { options: SAFE, keysFileOpen: false },
  ],
  'secret-guessable': [
    { options: { ...SAFE, keys: { alg: 'HS256', secret: 'correct horse battery staple correct' } } },
    { options: { ...SAFE, keys: { alg: 'HS256', secret: 'f3a91c07be245d68f3a81c07be945d6821e0c7b4' } } },
  ],
  'secret-signs-refresh': [
    { options: { ...SAFE, audience: 'https://other.example.com' } },
    {
      options: {
        ...SAFE,
        audience: 'https://other.example.com',
        refresh: { keys: { alg: 'HS256', secret: 'Zx8sJ4nT7bL0mK5wR9yF3hD6gZ1cVeq2' } },
      },
    },
  ],
  'access-long': [
    { options: { ...SAFE, access: { ttl: '16m' } } },
    { options: { ...SAFE, access: { ttl: 900 } } },
  ],
  'refresh-long': [
    { options: { ...SAFE, refresh: { ttl: '31d' }, session: { ttl: '40d' } } },
    { options: { ...SAFE, refresh: { ttl: '30d' }, session: { ttl: '40d' } } },
  ],
  'session-long': [
    { options: { ...SAFE, session: { ttl: '91d' } } },
    { options: { ...SAFE, session: { ttl: '90d' } } },
  ],
  'leeway-long': [{ options: { ...SAFE, leeway: '31s' } }, { options: { ...SAFE, leeway: 30 } }],
  'clock-skew-long': [{ options: { ...SAFE, clockSkew: '3m' } }, { options: { ...SAFE, clockSkew: '2m' } }],
  'grace-long': [
    { options: { ...SAFE, refresh: { grace: '31s' } } },
    { options: { ...SAFE, refresh: { grace: 30 } } },
  ],
  'grace-off': [
    { options: { ...SAFE, refresh: { grace: 0 } } },
    { options: { ...SAFE, refresh: { grace: 1 } } },
  ],
  'revocation-none': [
    { options: { ...SAFE, revocation: 'none' } },
    { options: { ...SAFE, revocation: 'feed' } },
  ],
  'rotation-off': [
    { options: { ...SAFE, refresh: { rotate: false } } },
    { options: { ...SAFE, refresh: { rotate: true } } },
  ],
  sliding: [{ options: { ...SAFE, mode: 'sliding' } }, { options: { ...SAFE, mode: 'pair' } }],
  'logins-unlimited': [
    { options: SAFE, limitsLogins: false },
    { options: SAFE, limitsLogins: true },
  ],
  'store-memory': [
    { options: { ...SAFE, store: memoryStore() } },
    { options: { ...SAFE, store: { ...memoryStore(), name: 'own', durable: true } } },
  ],
  'store-not-durable': [
    { options: { ...SAFE, store: { ...memoryStore(), name: 'own', durable: false } } },
    { options: { ...SAFE, store: { ...memoryStore(), name: 'own', durable: true } } },
  ],
  'store-plaintext': [
    { options: SAFE, place: { kind: 'postgres', url: 'postgres://db.internal/app' } },
    { options: SAFE, place: { kind: 'postgres', url: 'postgres://db.internal/app?sslmode=verify-full' } },
  ],
  'store-no-password': [
    { options: SAFE, place: { kind: 'redis', url: 'rediss://db.internal' } },
    { options: SAFE, place: { kind: 'redis', url: 'rediss://:hunter2@db.internal' } },
  ],
  'durability-any': [
    { options: SAFE, place: { kind: 'redis', url: 'redis://localhost' } },
    { options: { ...SAFE, durability: 'required' }, place: { kind: 'redis', url: 'redis://localhost' } },
  ],
  'cookie-http': [
    { options: { ...COOKIES, issuer: 'http://api.example.com' } },
    { options: { ...COOKIES, issuer: 'http://127.0.0.1:8000' } },
  ],
  'cookie-development': [
    { options: { ...COOKIES, issuer: 'http://localhost:3000', cookie: { path: '/t', development: true } } },
    { options: COOKIES },
  ],
  'cookie-sub-domains': [{ options: { ...COOKIES, cookie: { path: '/api/token' } } }, { options: COOKIES }],
  'cookie-path': [
    { options: { ...COOKIES, cookie: { path: '/' } } },
    { options: { ...COOKIES, cookie: { path: '/', refreshPrefix: 'host' } } },
  ],
  'origins-http': [
    { options: { ...COOKIES, csrf: { origins: ['http://app.example.com'] } } },
    { options: { ...COOKIES, csrf: { origins: ['https://app.example.com', 'http://localhost:5173'] } } },
  ],
};

describe('what the doctor looks at', () => {
  it('is tried here, each of it', () => {
    expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  it.each(Object.entries(CASES))('%s is found where it is, and nowhere else', (id, [bad, good]) => {
    expect(idsOf(bad)).toContain(id);
    expect(idsOf(good)).not.toContain(id);
  });

  it('leaves a safe configuration in peace', () => {
    expect(examine({ options: SAFE, place: SQLITE, limitsLogins: true })).toEqual([]);
    expect(examine({ options: COOKIES, place: SQLITE })).toEqual([]);
  });

  it.each([
    ['an option that is misspelt', { ...SAFE, acess: {} }, 'options has no option "acess"'],
    ['a length of time that is none', { ...SAFE, leeway: 'some' }, 'options.leeway'],
    ['a leeway beyond what core takes', { ...SAFE, leeway: '2m' }, 'from 0 to 60'],
    [
      'a secret that is too short',
      { ...SAFE, keys: { alg: 'HS256', secret: 'hunter2' } },
      'at least 32 bytes',
    ],
    [
      'the example of a tool',
      { ...SAFE, keys: { alg: 'HS256', secret: 'a-string-secret-at-least-256-bits-long' } },
      'easy to guess',
    ],
    [
      'a feed of a store without one',
      { ...SAFE, revocation: 'feed', store: { ...memoryStore(), watch: undefined } },
      'watch',
    ],
    [
      'durability of a store without it',
      { ...SAFE, durability: 'required', store: memoryStore() },
      'durability',
    ],
  ])('says what core says of %s', (_title, options, words) => {
    const refused = examine({ options, place: SQLITE }).find(({ id }) => id === 'refused');
    expect(refused?.reason).toContain(words);
    expect(refused?.reason).not.toContain('hunter2');
  });

  it('puts the worst first', () => {
    const levels = examine({
      options: { ...COOKIES, issuer: 'http://api.example.com', leeway: '40s', refresh: { grace: 0 } },
    }).map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(['error', 'warning', 'note']));
    expect(levels).toEqual(
      [...levels].sort((one, other) => 'ewn'.indexOf(one[0] ?? '') - 'ewn'.indexOf(other[0] ?? '')),
    );
  });

  it('links to pages and headings that there are', () => {
    const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
    for (const page of [...RULES.map((rule) => rule.page), 'cli.md#refused']) {
      const [file = '', anchor] = page.split('#');
      expect(existsSync(join(docs, file)), page).toBe(true);
      const headings = [...readFileSync(join(docs, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(
        ([, text = '']) =>
          text
            .toLowerCase()
            .replace(/[^\w\s-]/g, '')
            .replaceAll(' ', '-'),
      );
      if (anchor !== undefined) expect(headings, page).toContain(anchor);
    }
  });
});

describe('doctor', () => {
  function fileOf(name: string, text: string): string {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  it('reads a module, of options or of a function that gives them', async () => {
    const options = JSON.stringify({ ...SAFE, refresh: { rotate: false } });
    for (const [name, text] of [
      ['a.mjs', `export default ${options};`],
      ['b.mjs', `export default async () => (${options});`],
      ['c.ts', `const options: object = ${options}; export default options;`],
      ['d.cjs', `module.exports = ${options};`],
    ] as const) {
      const { code, stdout } = await start(['doctor', '--config', fileOf(name, text), '--json']);
      expect([name, code, JSON.parse(stdout).findings.map((one: { id: string }) => one.id)]).toEqual([
        name,
        1,
        ['rotation-off'],
      ]);
    }
  });

  it('ends also where the module keeps something open', async () => {
    const text = `setInterval(() => {}, 1_000_000); export default ${JSON.stringify(SAFE)};`;
    const { code, stdout } = await start(['doctor', '--config', fileOf('open.mjs', text)]);
    expect([code, stdout]).toEqual([0, 'nothing unsafe found\n']);
  });

  it('reads JSON with a store by its URL and keys by their file', async () => {
    const keys = join(temporaryFolder(), 'keys.json');
    await run(['keys', 'generate', '--keys', keys]);
    const config = fileOf('auth.json', JSON.stringify({ ...SAFE, keys, store: 'memory:' }));
    expect((await json<{ findings: object[] }>(['doctor', '--config', config])).data.findings).toMatchObject([
      { id: 'store-memory' },
    ]);
    chmodSync(keys, 0o644);
    const { data } = await json<{ findings: { id: string }[] }>(['doctor', '--config', config]);
    expect(data.findings.map(({ id }) => id)).toEqual(['keys-file-open', 'store-memory']);
  });

  it("reads the examples' variables, from a file or of its own environment", async () => {
    const env = {
      TOKENPAIR_SECRET: SECRET,
      STORE_URL: 'redis://:hunter2@db.internal',
      LEEWAY: '45',
      REVOCATION: 'none',
      TRANSPORT: 'cookie',
      ISSUER: 'https://api.example.com',
      AUDIENCE: 'https://api.example.com',
      ORIGINS: 'http://app.example.com',
      LOGIN_RATE: '10/m',
    };
    const ids = [
      'origins-http',
      'leeway-long',
      'revocation-none',
      'store-plaintext',
      'durability-any',
      'cookie-sub-domains',
    ];
    const file = fileOf(
      '.env',
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    );
    for (const said of [
      await start(['doctor', '--env', '--json'], { env }),
      await start(['doctor', '--config', file, '--json']),
    ]) {
      expect(JSON.parse(said.stdout).findings.map((one: { id: string }) => one.id)).toEqual(ids);
      expect(said.stdout + said.stderr).not.toMatch(/hunter2|q2vX8/);
    }
  });

  it("finds nothing but missing limits in the examples' own defaults", async () => {
    const { code, stdout } = await start(['doctor', '--env'], { cwd: temporaryFolder() });
    expect([code, stdout.split('\n').length]).toEqual([1, 4]);
    expect(stdout).toContain('warning logins-unlimited: ');
  });

  it('ends with 0 where there are notes alone', async () => {
    const config = fileOf('auth.json', JSON.stringify({ ...SAFE, refresh: { grace: 0 } }));
    const { code, stdout } = await run(['doctor', '--config', config]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^note grace-off: [^\n]+\n {2}https:\/\/\S+\/docs\/sessions\.md#\S+\nnothing unsafe found\n$/,
    );
  });

  it.each([
    ['broken JSON', 'x.json', `{"keys":{"secret":"${SECRET}"`],
    ['a list', 'x.json', '[]'],
    ['a module that throws', 'x.mjs', "throw new Error('no database')"],
    ['a module without a default', 'x.mjs', 'export const a = 1'],
    ['a store that is none', 'x.json', '{"store":"mysql://u:hunter2@h"}'],
  ])('refuses %s in one line, and quotes nothing of it', async (_title, name, text) => {
    const { code, stdout, stderr } = await start(['doctor', '--config', fileOf(name, text)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^tokenpair: [^\n]+\n$/);
    expect(stderr).not.toMatch(/q2vX8|hunter2/);
  });
});
