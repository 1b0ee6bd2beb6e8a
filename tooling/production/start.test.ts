import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startChild } from './child.ts';

const MAIN = fileURLToPath(new URL('../../examples/production/dist/main.js', import.meta.url));

describe('a cluster whose first worker waits for its store', () => {
  it('is not ended by SIGHUP, and finishes by SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenpair-start-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    const app = startChild(process.execPath, [MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ISSUER: 'https://app.example.com',
        STORE_URL: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`,
        KEYS_FILE: join(folder, 'keys.json'),
        PORT: '0',
        METRICS_PORT: '0',
        WORKERS: '1',
        DRAIN_SECONDS: '1',
      },
    });
    onTestFinished(() => app.stop());
    await connected;
    app.process.kill('SIGHUP');
    app.process.kill('SIGTERM');
    expect(await app.ended).toBe(0);
    for (const line of ['replacing workers', 'draining', 'ended'])
      expect(app.output()).toContain(`"msg":"${line}"`);
  });
});
