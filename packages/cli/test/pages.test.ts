/** Every command that README.md and docs/cli.md show prints what they say; what differs from run to run is masked as they mask it. */
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RULES } from '../src/doctor/examine.ts';
import { ENTRY, temporaryFolder } from './support.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGES = { 'packages/cli/README.md': 12, 'docs/cli.md': 4 };

interface Step {
  readonly command: string;
  readonly output: string;
}

function stepsIn(page: string): readonly Step[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = '', ...output] = step.trimEnd().split('\n');
        return { command, output: output.join('\n') };
      }),
  );
}

/** A folder of its own with `tokenpair` on the path. */
function shellIn(folder: string): (command: string) => Promise<string> {
  const words = [process.execPath, ...ENTRY].map((word) => `'${word}'`).join(' ');
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'tokenpair'), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(bin, 'tokenpair'), 0o755);
  const env = { PATH: `${bin}${delimiter}/usr/bin:/bin` };
  return async (command) => {
    const ran = promisify(execFile)('sh', ['-c', command], { cwd: folder, env });
    const { stdout } = await ran.catch((error: { stdout: string; code: number }) => {
      if (error.code !== 1) throw error;
      return error;
    });
    return stdout.trimEnd();
  };
}

function masked(text: string): string {
  return text
    .replaceAll(/\b[\w-]{43}(?![\w-])/g, 'K…')
    .replaceAll(/(Z, ).* ago$/gm, '$1T…')
    .replaceAll(/(published, ).*$/gm, '$1now')
    .replaceAll(/[\d.]+ ms$/gm, 'M…');
}

describe.each(Object.entries(PAGES))('%s', (page, count) => {
  it('shows commands that print what it says', async () => {
    const shell = shellIn(temporaryFolder());
    const steps = stepsIn(page);
    expect(steps.length).toBe(count);
    for (const { command, output } of steps)
      expect([command, masked(await shell(command))]).toEqual([command, output]);
  });
});

it('docs/cli.md has every finding with its level', () => {
  const text = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (error|warning|note) \|/gm)].flatMap(
    ([, ids = '', level]) => [...ids.matchAll(/`([a-z-]+)`/g)].map(([, id]) => [id, level]),
  );
  const rules = [...RULES.map(({ id, level }) => [id, level]), ['refused', 'error']];
  expect(rows.map(String).sort()).toEqual(rules.map(String).sort());
});
