import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRY, run, start, temporaryFolder } from './support.ts';

const ESCAPE = '\u001b[';
const TOKEN = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.AA`;
const SCRIPT = '/usr/bin/script';

describe('colours', () => {
  it.each([
    ['at a terminal', { terminal: true }, true],
    ['away from a terminal', { terminal: false }, false],
    ['with NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR, which says nothing', { terminal: true, env: { NO_COLOR: '' } }, true],
    ['at a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }, false],
  ])('%s', async (_title, given, expected) => {
    expect((await run(['decode', TOKEN], given)).stdout.includes(ESCAPE)).toBe(expected);
  });

  it('are never in JSON', async () => {
    expect((await run(['decode', TOKEN, '--json'], { terminal: true })).stdout).not.toContain(ESCAPE);
  });

  it('are not in what a process writes into a pipe, and no progress either', async () => {
    const store = ['--store', `sqlite:${join(temporaryFolder(), 'x.db')}`];
    await start(['store', 'migrate', ...store]);
    const { stdout, stderr } = await start(['store', 'check', ...store]);
    expect(stdout).toContain('the store does what it has to');
    expect([stdout.includes(ESCAPE), stderr]).toEqual([false, '']);
  });
});

describe.runIf(existsSync(SCRIPT))('a real terminal', () => {
  async function atTerminal(args: readonly string[], env: Record<string, string>): Promise<string> {
    const command = [process.execPath, ...ENTRY, ...args].map((word) => `'${word}'`).join(' ');
    const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      env: { PATH: '/usr/bin:/bin', TERM: 'xterm', ...env },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    await once(child, 'close');
    return output;
  }

  it('gets colours, unless NO_COLOR is set', async () => {
    expect(await atTerminal(['decode', TOKEN], {})).toContain(`${ESCAPE}33mNOT VERIFIED`);
    expect(await atTerminal(['decode', TOKEN], { NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  it('sees progress, which is gone at the end', async () => {
    const store = ['--store', `sqlite:${join(temporaryFolder(), 'x.db')}`];
    await start(['store', 'migrate', ...store]);
    const output = await atTerminal(['store', 'check', ...store], { NO_COLOR: '1' });
    expect(output).toContain('ending a session of nobody …\r\u001b[2Kok  create');
  });
});

it('whoever stops reading gets no stack trace', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'large'),
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ a: '\u007f'.repeat(40_000) })).toString('base64url')}.AA`,
  );
  const command = [process.execPath, ...ENTRY].map((word) => `'${word}'`).join(' ');
  const child = spawn('sh', ['-c', `${command} decode - --json < large | head -c 10`], { cwd: folder });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  await once(child, 'close');
  expect(stderr).toBe('');
});
