import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ask } from '../src/plan/ask.ts';
import { Refusal } from '../src/run/errors.ts';
import { pathsIn, run, temporaryFolder } from './support.ts';

const SCRIPT = '/usr/bin/script';
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Somebody who answers in order, and what they were asked. */
function somebody(...answers: readonly string[]): Ask & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = async (question: string): Promise<string> => {
    const given = answers[asked.length];
    asked.push(question);
    if (given === undefined) throw new Refusal('cancelled', 'cancelled; nothing was written');
    return given;
  };
  return { asked, text: answer, choose: async (question) => (await answer(question)) as never };
}

describe('asking', () => {
  it('asks for everything that was not given', async () => {
    const folder = join(temporaryFolder(), 'shop');
    const ask = somebody(folder, 'fastify', 'redis', 'cookie');
    const { code } = await run([], ask);
    expect([code, ask.asked.length]).toEqual([0, 4]);
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(
      expect.arrayContaining(['@tokenpair/fastify', '@tokenpair/store-redis']),
    );
  });

  it('asks for what is missing alone', async () => {
    const ask = somebody('postgres', 'header');
    const { code } = await run([join(temporaryFolder(), 'app'), '--framework', 'koa'], ask);
    expect([code, ask.asked]).toEqual([0, ['Where are sessions kept?', 'How do tokens travel?']]);
  });

  it('asks nothing with --yes, and nothing with --json', async () => {
    const ask = somebody();
    expect((await run([join(temporaryFolder(), 'app'), '--yes'], ask)).code).toBe(0);
    expect((await run([join(temporaryFolder(), 'app'), '--json'], ask)).code).toBe(2);
    expect(ask.asked).toEqual([]);
  });

  it('looks at the folder before it asks on', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes'), '');
    const ask = somebody(folder, 'koa', 'sqlite', 'header');
    expect((await run([], ask)).code).toBe(1);
    expect(ask.asked).toEqual(['Which folder?']);
  });

  it('writes nothing when it is cancelled', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await run([join(folder, 'app')], somebody('koa'));
    expect([code, stderr]).toEqual([1, 'create-tokenpair: cancelled; nothing was written\n']);
    expect(pathsIn(folder)).toEqual([]);
  });
});

describe.runIf(existsSync(SCRIPT))('at a real terminal', () => {
  /** Types each text when its question is on the screen. */
  async function atTerminal(folder: string, steps: readonly (readonly [string, string])[]): Promise<string> {
    // It has no size of its own, and the prompts break lines to fit.
    const command = `stty cols 100 rows 40; '${process.execPath}' '${MAIN}'; echo "ended with $?"`;
    const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', TERM: 'xterm' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let screen = '';
    const left = [...steps];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      screen += text;
      const [question = '', keys = ''] = left[0] ?? [];
      if (left.length === 0 || !screen.includes(question)) return;
      left.shift();
      child.stdin.write(keys);
    });
    await once(child, 'close');
    return screen;
  }

  const DOWN = '\u001b[B';

  it('asks, and makes what was chosen', async () => {
    const folder = temporaryFolder();
    const screen = await atTerminal(folder, [
      ['Which folder?', 'shop\r'],
      ['Which framework?', `${DOWN}\r`],
      ['Where are sessions kept?', `${DOWN}${DOWN}\r`],
      ['How do tokens travel?', '\r'],
    ]);
    expect(screen).toContain('Koa, PostgreSQL, tokens in the Authorization header.');
    expect(screen).toContain('ended with 0');
    expect(existsSync(join(folder, 'shop/src/main.ts'))).toBe(true);
  });

  it('ends at Ctrl-C with nothing written', async () => {
    const folder = temporaryFolder();
    const screen = await atTerminal(folder, [
      ['Which folder?', 'shop\r'],
      ['Which framework?', '\u0003'],
    ]);
    expect(screen).toContain('create-tokenpair: cancelled; nothing was written');
    expect(screen).toContain('ended with 1');
    expect(pathsIn(folder)).toEqual([]);
  });
});
