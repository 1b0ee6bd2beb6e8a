// `npm run fuzz -- [--seed S] [--size N]`: prints what was found, and fails when anything was.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runFuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, size: { type: 'string', default: '10000' } },
});
const [seed, size] = [Number(values.seed), Number(values.size)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(size) || size < 1) {
  console.error('Usage: npm run fuzz -- [--seed <whole number>] [--size <how many tokens>]');
  process.exit(2);
}

const start = performance.now();
const { accepted, variants, asked, laxer, worstMs, failures } = await runFuzz({ seed, size });
const seconds = (performance.now() - start) / 1000;

for (const { reason, path, token } of failures)
  console.error(`FAILED (${path}): ${reason}\n  ${JSON.stringify(token)}`);
const counts = Object.entries(accepted).map(([name, count]) => `${count} ${name}`);
console.log(
  [
    `seed ${seed}, ${size} tokens in ${seconds.toFixed(1)} s (${Math.round(size / seconds)}/s)`,
    `accepted: ${counts.join(', ')}; ${variants} tokens not as issued, each by jose too and with the same claims`,
    `refused: jose was asked about ${asked} of them and takes ${laxer}`,
    `slowest input: ${worstMs.toFixed(2)} ms`,
    `${failures.length} failures`,
  ].join('\n'),
);
process.exitCode = failures.length > 0 ? 1 : 0;
