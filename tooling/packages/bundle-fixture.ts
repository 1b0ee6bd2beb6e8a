/** The fixture as bundlers make it: all in one, with no package beside it. @module */
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Bundles the ESM fixture with everything that it needs.
 *
 * @param folder of the stage; the bundle goes to `alone/`, with nothing else in it
 * @throws Error for what rolldown has to say of our packages, and for what it left out
 */
export async function bundleFixture(folder: string): Promise<void> {
  const complaints: string[] = [];
  const build = await rolldown({
    input: join(folder, 'out/main.mjs'),
    cwd: folder,
    platform: 'node',
    onLog: (_level, { message, id = message }) => {
      if (id.includes('@tokenpair')) complaints.push(message);
    },
  });
  const { output } = await build.write({
    dir: join(folder, 'alone'),
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  });
  await build.close();
  const chunks = output.filter((one) => one.type === 'chunk');
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const left = chunks
    .flatMap(({ imports }) => imports)
    .filter((name) => !names.has(name) && !isBuiltin(name));
  complaints.push(...left.map((name) => `${name} is not in the bundle`));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}
