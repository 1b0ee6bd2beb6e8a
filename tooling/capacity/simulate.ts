// `npm run capacity [-- --nodes <number> --sessions <number> …]`: a day of a large service, as Markdown tables. docs/production.md has its result.
import process from 'node:process';
import { capacityReport } from './report.ts';
import { parseScenario, USAGE } from './scenario.ts';

try {
  console.log(capacityReport(parseScenario(process.argv.slice(2))));
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
