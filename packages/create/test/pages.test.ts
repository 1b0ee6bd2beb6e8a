/** What the pages show is what the command prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { run, temporaryFolder } from './support.ts';

it.each(['packages/create/README.md', 'docs/create.md'])('%s: shows what is printed', async (page) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  const [, line = '', shown] = /^```console\n\$ npm create tokenpair (.*)\n([^`]*)^```$/m.exec(text) ?? [];
  const folder = temporaryFolder();
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  const { code, stdout } = await run(line.split(' ').filter((word) => word !== '--'));
  expect([code, stdout.replace(join(process.cwd(), '/'), '/…/')]).toEqual([0, shown]);
});
