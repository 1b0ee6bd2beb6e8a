import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const LINES = fileURLToPath(new URL('./fixtures/log-lines.mjs', import.meta.url));

function start(how: 'kill' | 'exit') {
  const child = spawn(process.execPath, [LINES, how], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: once(child, 'exit') };
}

it.each(['kill', 'exit'] as const)(
  'writes every line at once, in order, whatever the process ends by: %s',
  async (how) => {
    const { child } = start(how);
    const text = (await child.stdout.setEncoding('utf8').toArray()).join('');
    const numbers = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).number);
    expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
  },
);

it('lets the process end when nobody reads the log any more', async () => {
  const { child, ended } = start('exit');
  child.stdout.destroy();
  expect(await ended).toEqual([3, null]);
});

it.runIf(process.platform === 'linux')(
  'lets the process go on where there is no room for the log',
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [LINES, 'exit'], { stdio: ['ignore', full, 'ignore'] });
    closeSync(full);
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([3, null]);
  },
);
