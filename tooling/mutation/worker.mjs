// One warm vitest that judges the mutants of one module after the other. Told by its parent what to change; answers whether a
// test noticed.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { createVitest } from 'vitest/node';

const [root] = process.argv.slice(2);
const vitest = await createVitest('test', {
  root,
  config: `${root}/vitest.config.ts`,
  watch: false,
  bail: 1,
  maxWorkers: 1,
  fileParallelism: false,
  reporters: [{}],
  coverage: { enabled: false },
});

process.on('message', async ({ id, path, text, original, tests }) => {
  try {
    writeFileSync(path, text);
    vitest.invalidateFile(path);
    process.send?.({ id, ...(await firstFailure(tests)) });
  } catch (error) {
    // A module that cannot even be loaded or transformed fails every test.
    process.send?.({ id, failed: true, by: `error: ${error instanceof Error ? error.message : error}` });
  } finally {
    writeFileSync(path, original);
    vitest.invalidateFile(path);
  }
});
process.send?.({ ready: true });

/** File by file, those most likely to notice first. */
async function firstFailure(tests) {
  for (const test of tests) {
    const specifications = await vitest.globTestSpecifications([test]);
    const wanted = specifications.filter(({ moduleId }) => moduleId.endsWith(test));
    if (wanted.length === 0) continue;
    vitest.state.filesMap.clear();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(wanted);
    const failed = testModules.find((module) => !module.ok());
    if (failed !== undefined || unhandledErrors.length > 0) return { failed: true, by: test };
  }
  return { failed: false };
}
