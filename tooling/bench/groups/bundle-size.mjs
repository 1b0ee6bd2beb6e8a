import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/**
 * Size in bytes of what an entry brings along, bundled, minified and compressed by gzip: what is loaded with it, and all of it, with what is
 * loaded on demand.
 *
 * @param {string} entry as an app imports it
 * @param {{ external?: readonly string[], conditions?: readonly string[] }} [options] packages that are not counted; the conditions by which
 *   a runtime other than Node chooses its files
 * @returns {Promise<{ atOnce: number, all: number }>}
 */
export async function compressedSize(entry, { external = [], conditions } = {}) {
  const build = await rolldown({
    input: 'entry',
    cwd: FOLDER,
    platform: conditions === undefined ? 'node' : 'neutral',
    ...(conditions !== undefined && { resolve: { conditionNames: conditions } }),
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [{ name: 'entry', resolveId: toEntry, load: (id) => loadEntry(id, entry) }],
    logLevel: 'silent',
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = output.filter(({ type }) => type === 'chunk');
  return { atOnce: sizeOf(loadedWithEntry(chunks)), all: sizeOf(chunks) };
}

const sizeOf = (chunks) => gzipSync(chunks.map(({ code }) => code).join('\n'), { level: 9 }).length;

/** The chunk of the entry, and those that it and they import. */
function loadedWithEntry(chunks) {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  }
  return [...loaded];
}

const toEntry = (id) => (id === 'entry' ? `${FOLDER}entry.virtual.mjs` : null);

/** Everything of the entry is kept, as it were used. */
const loadEntry = (id, entry) => (id.endsWith('entry.virtual.mjs') ? `export * from '${entry}';` : null);
