import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Environment, readSettings } from '../src/settings/read-settings.ts';
import { StartError } from '../src/start-error.ts';

function linesOf(env: Environment): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof StartError) return error.lines;
    throw error;
  }
}

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      port: 8000,
      store: { kind: 'sqlite', file: resolve('data/tokenpair.db') },
      alg: 'HS256',
      secret: undefined,
      keysFile: resolve('data/keys.json'),
      accessTtl: 300,
      refreshTtl: 86_400,
      sessionTtl: 30 * 86_400,
      refreshGrace: 30,
      leeway: 5,
      clockSkew: 60,
      rotate: true,
      revocation: 'session',
      transport: 'header',
      clients: [],
      issuer: 'http://localhost:8000',
      audience: 'http://localhost:8000',
      origins: [],
      loginRate: undefined,
      trustProxy: 0,
      log: 'info',
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readSettings({}))).toBe(true);
  });

  it.each([
    ['HOST', '::', 'host', '::'],
    ['PORT', '0', 'port', 0],
    ['PORT', '65535', 'port', 65_535],
    ['STORE_URL', 'memory:', 'store', { kind: 'memory' }],
    ['STORE_URL', 'sqlite:x/y.db', 'store', { kind: 'sqlite', file: resolve('x/y.db') }],
    ['STORE_URL', 'sqlite:/x/y.db', 'store', { kind: 'sqlite', file: '/x/y.db' }],
    ['STORE_URL', 'sqlite:///x/y.db', 'store', { kind: 'sqlite', file: '/x/y.db' }],
    ['ALG', 'PS512', 'alg', 'PS512'],
    ['ACCESS_TTL', '90s', 'accessTtl', 90],
    ['ACCESS_TTL', '60', 'accessTtl', 60],
    ['ACCESS_TTL', '24h', 'accessTtl', 86_400],
    ['REFRESH_TTL', '365d', 'refreshTtl', 365 * 86_400],
    ['REFRESH_GRACE', '0s', 'refreshGrace', 0],
    ['LEEWAY', '1m', 'leeway', 60],
    ['CLOCK_SKEW', '5m', 'clockSkew', 300],
    ['ROTATE', 'false', 'rotate', false],
    ['REVOCATION', 'none', 'revocation', 'none'],
    ['LOGIN_RATE', 'off', 'loginRate', undefined],
    [
      'ORIGINS',
      'https://a.example, http://localhost:3000',
      'origins',
      ['https://a.example', 'http://localhost:3000'],
    ],
    ['TRUST_PROXY', 'off', 'trustProxy', 0],
    ['TRUST_PROXY', 'on', 'trustProxy', 1],
    ['TRUST_PROXY', '2', 'trustProxy', 2],
    ['LOG', 'silent', 'log', 'silent'],
    ['PORT', '', 'port', 8000],
  ])('takes %s=%s', (variable, text, setting, value) => {
    expect(readSettings({ [variable]: text })).toHaveProperty(setting, value);
  });

  it.each([
    ['HOST', 'x'.repeat(256)],
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', ' 80'],
    ['PORT', '8e3'],
    ['STORE_URL', 'tokenpair.db'],
    ['STORE_URL', 'sqlite:'],
    ['STORE_URL', 'sqlite::memory:'],
    ['STORE_URL', 'mysql://localhost'],
    ['ALG', 'none'],
    ['ALG', 'hs256'],
    ['ACCESS_TTL', '5 minutes'],
    ['ACCESS_TTL', '0s'],
    ['ACCESS_TTL', '2d'],
    ['REFRESH_TTL', '366d'],
    ['SESSION_TTL', '-1d'],
    ['REFRESH_GRACE', '61s'],
    ['LEEWAY', '61s'],
    ['CLOCK_SKEW', '6m'],
    ['ROTATE', 'yes'],
    ['REVOCATION', 'always'],
    ['TRANSPORT', 'query'],
    ['ISSUER', 'x'.repeat(256)],
    ['ORIGINS', 'https://a.example/'],
    ['ORIGINS', 'a.example'],
    ['LOGIN_RATE', '10'],
    ['LOGIN_RATE', '0/m'],
    ['TRUST_PROXY', '10'],
    ['LOG', 'loud'],
  ])('refuses %s=%s in one line that names it', (variable, value) => {
    const lines = linesOf({ [variable]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${variable} must be `));
  });

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('wants a secret as long as the hash of %s', (alg, bytes) => {
    const secret = 'é'.repeat(bytes / 2);
    expect(linesOf({ ALG: alg, TOKENPAIR_SECRET: secret })).toEqual([]);
    expect(linesOf({ ALG: alg, TOKENPAIR_SECRET: secret.slice(1) })).toEqual([
      `TOKENPAIR_SECRET must have at least ${bytes} bytes for ALG=${alg}`,
    ]);
  });

  it('does not take an empty secret for an absent one', () => {
    expect(linesOf({ TOKENPAIR_SECRET: '' })).toHaveLength(1);
  });

  it('names everything that is wrong, a line each', () => {
    const lines = linesOf({ PORT: 'abc', ALG: 'none', LEEWAY: 'x' });
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['PORT', 'ALG', 'LEEWAY']);
  });

  it('shows no secret value and no line break of a value', () => {
    const lines = linesOf({
      TOKENPAIR_SECRET: 'hunter2',
      CLIENTS: 'hunter2',
      STORE_URL: 'mysql://u:hunter2@h',
      PORT: '1\n2',
    });
    expect(lines.join('|')).not.toContain('hunter2');
    expect(lines.join('|')).not.toContain('\n');
  });
});
