import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../services/redis-server.ts';
import { serviceTest } from '../services/service-test.ts';
import { startChild } from './child.ts';
import type { LogLine } from './stack.ts';

const MAIN = fileURLToPath(new URL('../../examples/production/dist/main.js', import.meta.url));

describe('a wrong configuration', () => {
  const good = {
    ISSUER: 'https://app.example.com',
    STORE_URL: 'redis://127.0.0.1:1',
    KEYS_FILE: '/tmp/tokenpair-no/keys.json',
  };
  const cases: readonly [string, Record<string, string>, RegExp, number][] = [
    ['no store', { STORE_URL: '' }, /^STORE_URL must be redis:/, 78],
    ['an issuer without TLS', { ISSUER: 'http://app.example.com' }, /^ISSUER must be the https:/, 78],
    ['no proxy', { TRUST_PROXY: 'off' }, /^TRUST_PROXY must be/, 78],
    [
      'a number that is none',
      { WORKERS: 'many' },
      /^WORKERS must be a whole number from 1 to 64, not "many"/,
      78,
    ],
    [
      'a store that cannot be reached',
      { PORT: '0', METRICS_PORT: '0' },
      /^STORE_URL: the redis: store cannot be reached/,
      1,
    ],
  ];

  it.each(cases)('ends the start with one line: %s', (_, env, line, exitCode) => {
    const run = spawnSync(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], ...good, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(run.status).toBe(exitCode);
    expect(run.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(line)]);
    expect(run.stdout).toBe('');
  });
});

serviceTest('redis-server')('settings that go wrong while it runs', (program) => {
  it('leave the worker that there is in place, and end all of it with 78 when there is none', async () => {
    const redis = await startRedis({ program });
    onTestFinished(() => redis.stop());
    const folder = mkdtempSync(join(tmpdir(), 'tokenpair-settings-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const keysFile = join(folder, 'keys.json');
    const lines: LogLine[] = [];
    const app = startChild(process.execPath, [MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ISSUER: 'https://app.example.com',
        STORE_URL: redis.url,
        KEYS_FILE: keysFile,
        PORT: '0',
        METRICS_PORT: '0',
        WORKERS: '1',
      },
      onLine: (line) => void (line.startsWith('{') && lines.push(JSON.parse(line))),
    });
    onTestFinished(() => app.stop());
    const until = (message: string): Promise<LogLine> =>
      vi.waitUntil(() => lines.find(({ msg }) => msg === message), { timeout: 20_000 });
    await until('listening');
    writeFileSync(keysFile, '{"keys":[]}');
    app.process.kill('SIGHUP');
    await until('not all workers were replaced: old settings and keys are in use');
    const { left, worker: successor } = await until('the settings are wrong');
    expect(left).toBe(1);

    const { worker } = await until('ready');
    expect(worker).not.toBe(successor);
    process.kill(Number(worker), 'SIGKILL');
    expect(await app.ended).toBe(78);
  });
});
