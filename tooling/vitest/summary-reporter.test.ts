import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { summaryLines } from './summary-reporter.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** Runs vitest on one test file of its own, as `npm test` does, and gives its exit code and printed lines. */
async function run(
  { onTestFinished }: TestContext,
  source: string,
  { env = {}, args = [] as string[] } = {},
) {
  // Beside this file, so that `vitest` resolves.
  const root = mkdtempSync(join(here, '.run-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(
    join(root, 'vitest.config.ts'),
    `import { SummaryReporter } from '../summary-reporter.ts';
     export default { test: { setupFiles: ['../no-console.ts'], reporters: ['default', new SummaryReporter()] } };`,
  );
  writeFileSync(join(root, 'it.test.ts'), `import { describe, expect, it } from 'vitest';\n${source}`);
  const child = spawn(process.execPath, [vitest, 'run', '--root', root, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { status, lines: stdout.trimEnd().split('\n') };
}

const SKIPPED = `
  it('passes', () => {});
  describe.skip('redis', { meta: { missingService: 'redis-server' } }, () => { it('a', () => {}); it('b', () => {}); });
`;

describe.concurrent('a run', { timeout: 30_000 }, () => {
  it('ends a good run with its numbers', async (test) => {
    const { status, lines } = await run(test, `it('one', () => {}); it('two', () => {});`);
    expect([status, lines.at(-1)]).toEqual([0, '2 passed, 0 failed']);
  });

  it('counts failures', async (test) => {
    const { status, lines } = await run(test, `it('one', () => {}); it('two', () => expect(1).toBe(2));`);
    expect([status, lines.at(-1)]).toEqual([1, '1 passed, 1 failed']);
  });

  it('counts a file that does not load as a failure', async (test) => {
    const { status, lines } = await run(test, `throw new Error('broken');`);
    expect([status, lines.at(-1)]).toEqual([1, '0 passed, 1 failed']);
  });

  it('counts an error outside every test as a failure', async (test) => {
    const source = `it('one', async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 20)); });`;
    const { status, lines } = await run(test, source);
    expect([status, lines.at(-1)]).toEqual([1, '1 passed, 1 failed']);
  });

  it('counts a run without a test as a failure', async (test) => {
    const { status, lines } = await run(test, `it('one', () => {});`, { args: ['nowhere'] });
    expect([status, lines.at(-1)]).toEqual([1, '0 passed, 1 failed']);
  });

  it('names the missing service and the number of tests', async (test) => {
    const { status, lines } = await run(test, SKIPPED);
    expect([status, lines.at(-1)]).toEqual([0, '1 passed, 0 failed, 2 skipped']);
    expect(lines.at(-2)).toMatch(/MISSING SERVICES: redis-server \(2 tests\)/);
  });

  it('takes a skipped test for a failure under REQUIRE_SERVICES=1', async (test) => {
    const { status, lines } = await run(test, SKIPPED, { env: { REQUIRE_SERVICES: '1' } });
    expect([status, lines.at(-1)]).toEqual([1, '1 passed, 2 failed']);
    expect(lines.at(-2)).toMatch(/redis-server/);
  });

  it('does not count what a name filter left out', async (test) => {
    const source = `it('one', () => {}); describe('group', () => { it('two', () => {}); });`;
    const { status, lines } = await run(test, source, {
      args: ['-t', 'group > two'],
      env: { REQUIRE_SERVICES: '1' },
    });
    expect([status, lines.at(-1)]).toEqual([0, '1 passed, 0 failed']);
  });

  it('fails a test that prints', async (test) => {
    const { status, lines } = await run(test, `it('one', () => console.log('hello')); it('two', () => {});`);
    expect([status, lines.at(-1)]).toEqual([1, '1 passed, 1 failed']);
  });

  it('fails a file that prints while it loads', async (test) => {
    const { status, lines } = await run(test, `console.warn('hello'); it('one', () => {});`);
    expect([status, lines.at(-1)]).toEqual([1, '0 passed, 1 failed']);
  });
});

it('says one test in the singular', () => {
  const missing = new Map([['nginx', 1]]);
  expect(summaryLines({ passed: 1, failed: 0, skipped: 1, missing })[0]).toContain('nginx (1 test)');
});
