// `node tooling/examples/main.ts [--seed S] [--size N] [--framework F]…`, after a build: malformed requests to the example services.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { FRAMEWORKS, type Framework } from '../../examples/shared/test/support/example-process.ts';
import { differences, type MalformedResult, runMalformed } from './malformed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: '10000' },
    framework: { type: 'string', multiple: true, default: [...FRAMEWORKS] },
  },
});
const [seed, size] = [Number(values.seed), Number(values.size)];
const frameworks = FRAMEWORKS.filter((name) => values.framework.includes(name));
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(size) || size < 1 || frameworks.length === 0) {
  console.error(
    `Usage: node tooling/examples/main.ts [--seed <whole number>] [--size <how many requests>] [--framework ${FRAMEWORKS.join('|')}]…`,
  );
  process.exit(2);
}

let [passed, failed] = [0, 0];
const statuses = new Map<Framework, MalformedResult['statuses']>();
for (const framework of frameworks) {
  const start = performance.now();
  const result = await runMalformed({ framework, seed, size });
  const seconds = (performance.now() - start) / 1000;
  statuses.set(framework, result.statuses);
  const counts = Object.entries(result.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`${framework}: seed ${seed}, ${seconds.toFixed(1)} s, requests: ${counts.join(', ')}`);
  for (const failure of result.failures.slice(0, 20)) console.error(`FAILED ${framework}: ${failure}`);
  failed += result.failures.length;
  passed += Math.max(0, result.outcomes.answered - result.failures.length);
}

for (const unlike of differences(statuses)) {
  console.error(`FAILED ${unlike}`);
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
