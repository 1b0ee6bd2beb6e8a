import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PATIENCE_MS = 50_000;

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'tokenpair-npm-'));
/** npm's processes; each leads a group of whatever it started. */
const leaders = new Set<number>();
afterAll(() => {
  for (const pid of leaders) endGroup(pid);
  rmSync(folder, { recursive: true, force: true });
});

/** Every example that `npm start` starts. */
const NAMES = globSync('examples/*/package.json', { cwd: ROOT })
  .filter((file) => 'start' in JSON.parse(readFileSync(join(ROOT, file), 'utf8')).scripts)
  .map((file) => String(file.split('/')[1]))
  .sort();

function start(name: string) {
  const child = spawn('npm', ['start', '--workspace', `examples/${name}`], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PORT: '0',
      STORE_URL: name === 'sso' ? `sqlite:${join(folder, 'sso.db')}` : 'memory:',
      KEYS_FILE: join(folder, `${name}.json`),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  leaders.add(Number(child.pid));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  // Only when whatever it started has let go of its output, too.
  const ended = once(child, 'close');
  const until = (text: string): Promise<unknown> =>
    vi.waitUntil(() => output.includes(text) || child.exitCode !== null, { timeout: PATIENCE_MS });
  return { child, ended, output: () => output, until };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended, as it should
  }
}

describe.concurrent('npm start', () => {
  it('is there for the examples that are services', () => {
    expect(NAMES).toEqual(['express', 'fastify', 'koa', 'production', 'sso']);
  });

  it.each(NAMES)(
    'of %s puts the service in the place of the shell, which would keep signals to itself',
    async (name) => {
      const { scripts } = JSON.parse(readFileSync(join(ROOT, `examples/${name}/package.json`), 'utf8'));
      // Where the shell knows no exec, as on Windows, it is started all the same.
      expect(scripts.start).toBe('exec node dist/main.js || node dist/main.js');
      expect(existsSync(join(ROOT, `examples/${name}/dist/main.js`))).toBe(true);
    },
  );

  it('of express hands SIGTERM on, and ends when the service has', async () => {
    const { child, ended, output, until } = start('express');
    await until('"msg":"listening"');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    for (const message of ['draining', 'ended']) expect(output()).toContain(`"msg":"${message}"`);
  });

  it('of sso hands SIGTERM on, which ends all four services', async () => {
    const { child, ended, output, until } = start('sso');
    await until('Single sign-on:');
    const portal = /portal (http:\S+),/.exec(output())?.[1];
    expect((await fetch(`${portal}/`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    await expect(fetch(`${portal}/`)).rejects.toThrow('fetch failed');
  });

  it('of production ends as it does, with one line and its exit code', async () => {
    const { ended, output } = start('production');
    expect((await ended)[0]).toBe(78);
    expect(output()).toContain('\nSTORE_URL must be redis:');
  });
});
