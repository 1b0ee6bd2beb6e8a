/** The first pages of the site are done as a reader does them: the program started, and every command with its output compared. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProgram, temporaryFolder } from '../../readme/page-program.ts';
import { runSteps, toSteps } from '../../readme/shell-steps.ts';
import { freePort } from '../../services/free-port.ts';
import { blocksOf } from '../blocks/pages.ts';

const PAGES = ['express.md', 'koa.md', 'fastify.md', 'hono.md', 'fetch.md'];

it.each(PAGES)('docs/start/%s does what it says', async (page) => {
  const blocks = blocksOf(`docs/start/${page}`);
  const codeOf = (wanted: string): readonly string[] =>
    blocks.flatMap(({ language, code }) => (language === wanted ? [code] : []));
  const port = await freePort();
  const file = join(temporaryFolder(), 'app.mjs');
  writeFileSync(file, codeOf('js').join('').replaceAll('3000', String(port)));
  await startProgram([file], { SECRET: 'a secret for the test of the page' }, port);

  const steps = codeOf('console').flatMap(toSteps);
  expect(steps.length).toBeGreaterThan(8);
  expect(await runSteps(steps, { port, pagePort: 3000 })).toEqual(steps);
});
