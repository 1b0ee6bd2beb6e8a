import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Block, ROOT } from './pages.ts';

/** Where the packages and their peers can be imported from by name; ignored by git. */
const FOLDER = join(ROOT, 'tooling/docs/.blocks');

/**
 * Type-checks blocks as modules of their own against the sources of the packages, all in one program.
 *
 * @returns what the compiler says, each line with page and line of the block at fault
 */
export function typeCheck(blocks: readonly Block[]): readonly string[] {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  try {
    const pages = new Map(blocks.map((block, index) => [`block-${index}.ts`, block.page]));
    // Lines of the page before it, so that the compiler counts as the page does.
    for (const [index, { line, code }] of blocks.entries())
      writeFileSync(join(folder, `block-${index}.ts`), `${'\n'.repeat(line)}${code}\nexport {};\n`);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../../tsconfig.test.json',
        include: ['*.ts', '../../../../packages/*/src/augment.ts'],
        exclude: [],
      }),
    );
    return problemsOf(folder).map((line) =>
      line.replace(
        /^.*?(block-\d+\.ts)\((\d+),\d+\)/,
        (_, file: string, at: string) => `${pages.get(file)}:${at}`,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemsOf(folder: string): readonly string[] {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [compiler, '-p', folder, '--pretty', 'false'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return status !== 0 && said.length === 0 ? [`tsc ended with ${status}`] : said;
}
