// The suite on workerd, without nodejs_compat. A Worker imports by path alone, so it is bundled as wrangler does it: with the
// conditions of workerd, by which core and its dependencies choose their files. Runs on Node; speaks as main.mjs does.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { rolldown } from 'rolldown';

const COMPATIBILITY_DATE = '2026-07-01';
const { version } = JSON.parse(readFileSync(new URL('node_modules/workerd/package.json', import.meta.url)));

let fixtures = '';
for await (const chunk of process.stdin) fixtures += chunk;

const miniflare = new Miniflare({
  modules: true,
  script: await bundle(),
  compatibilityDate: COMPATIBILITY_DATE,
  // Otherwise miniflare asks Cloudflare for the properties of a request.
  cf: false,
});
try {
  const answer = await miniflare.dispatchFetch('http://suite.test/', { method: 'POST', body: fixtures });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  console.log(JSON.stringify({ version, ...JSON.parse(text) }));
} finally {
  await miniflare.dispose();
}

async function bundle() {
  const build = await rolldown({
    input: fileURLToPath(new URL('worker.mjs', import.meta.url)),
    platform: 'neutral',
    resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import', 'default'] },
    logLevel: 'warn',
  });
  // A Worker of one file: what core loads on demand is in it.
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const [{ code, imports }] = output;
  if (imports.length > 0) throw new Error(`the bundle still imports ${imports.join(', ')}`);
  return code;
}
