/** Runs the examples of the README and of the fakes' doc comments as they stand, each in a process of its own under node:test. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FAKES = fromHere('../src/fakes');

/** The code of a text between fences. */
function codeOf(text: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, code = '']) => code);
}

/** The text of the doc comments of a source file. */
function commentsOf(source: string): string {
  return [...source.matchAll(/\/\*\*.*?\*\//gs)].map(([text]) => text.replaceAll(/^ \* ?/gm, '')).join('\n');
}

/** What node says of a file with this code. @throws what a test in it says */
async function run(code: string, ...options: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'example.mjs');
  writeFileSync(file, code);
  const hooks = ['--import', new URL('./fakes-hooks.ts', import.meta.url).href];
  const reporter = ['--test-reporter', 'tap'];
  const { stdout } = await promisify(execFile)(process.execPath, [...hooks, ...reporter, ...options, file]);
  return stdout;
}

/** How many tests passed. */
function passed(output: string): number {
  return Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0);
}

describe('the examples of the fakes', () => {
  it.each(readdirSync(FAKES))('in %s run', async (name) => {
    const [code = '', ...more] = codeOf(commentsOf(readFileSync(join(FAKES, name), 'utf8')), 'ts');
    expect(more).toEqual([]);
    expect(passed(await run(code))).toBe(1);
  });

  it('are seen to fail', async () => {
    const code = "import { test } from 'node:test'; test('x', () => { throw new Error(); });";
    await expect(run(code)).rejects.toThrow();
  });
});

describe('the examples of the README', () => {
  const blocks = codeOf(readFileSync(fromHere('../README.md'), 'utf8'), 'js');
  const fakes = blocks.filter((code) => code.includes("import { test } from 'node:test'"));
  const find = (call: string): string => blocks.find((code) => code.includes(`${call}({`)) ?? '';

  it('are all run', () => {
    expect(fakes.length).toBeGreaterThanOrEqual(4);
    expect(blocks.length).toBe(fakes.length + 2);
  });

  it.each(fakes.map((code) => [/test\('(.*)'/.exec(code)?.[1], code]))(
    'of the fakes run: %s',
    async (_name, code = '') => {
      expect(passed(await run(code))).toBe(1);
    },
  );

  it('of a store runs the contract', async () => {
    const output = await run(find('storeContract'), '--test-name-pattern', 'revoking');
    expect(passed(output)).toBeGreaterThan(5);
  });

  it('of an adapter runs the contract', async () => {
    const output = await run(find('httpContract'), '--test-name-pattern', 'GET /api/token/jwks');
    expect(passed(output)).toBeGreaterThan(20);
  });
});
