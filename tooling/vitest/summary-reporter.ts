import { writeSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What a run came to. `missing` names the services whose tests were skipped, each with their number. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  missing: Map<string, number>;
}

/**
 * Prints `N passed, N failed` as the very last line of a run (CI counts tests from it), and before it one line that names
 * the services that were not there. With REQUIRE_SERVICES=1 every skipped test counts as failed.
 */
export class SummaryReporter implements Reporter {
  #strict = process.env['REQUIRE_SERVICES'] === '1';
  #filter: RegExp | undefined;
  #lines: string[] = [];

  onInit(vitest: Vitest): void {
    this.#filter = vitest.config.testNamePattern;
    if (!vitest.config.watch) process.once('exit', (code) => this.#print(code));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tally = count(modules, this.#filter);
    tally.failed += unhandled.length;
    if (this.#strict) failSkipped(tally);
    this.#lines = summaryLines(tally);
    if (tally.failed > 0) process.exitCode = 1;
  }

  /** On exit, so that nothing (a coverage table, a late warning) is printed after it. */
  #print(code: number): void {
    const lines = this.#lines.length > 0 ? this.#lines : ['0 passed, 1 failed'];
    const last = lines.pop() ?? '';
    // A run can fail without a failed test: a coverage threshold, an interrupt, no test found.
    lines.push(code !== 0 ? last.replace(/, 0 failed/, ', 1 failed') : last);
    writeSync(1, `\n${lines.join('\n')}\n`);
  }
}

/** Counts tests; a file that could not be loaded or a hook that failed is one failure. */
export function count(modules: readonly TestModule[], filter?: RegExp): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, missing: new Map() };
  for (const module of modules) {
    if (module.errors().length > 0) tally.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) tally.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') tally.passed += 1;
      else if (state === 'failed') tally.failed += 1;
      else if (filter === undefined || filter.test(test.fullName)) {
        tally.skipped += 1;
        const service = test.meta().missingService;
        if (service !== undefined) tally.missing.set(service, (tally.missing.get(service) ?? 0) + 1);
      }
    }
  }
  return tally;
}

function failSkipped(tally: Tally): void {
  tally.failed += tally.skipped;
  tally.skipped = 0;
}

export function summaryLines({ passed, failed, skipped, missing }: Tally): string[] {
  const lines = [];
  if (missing.size > 0) {
    const services = [...missing].map(
      ([name, tests]) => `${name} (${tests} ${tests === 1 ? 'test' : 'tests'})`,
    );
    lines.push(
      `!!! MISSING SERVICES: ${services.join(', ')} not run. Install them, or read this run as partial. !!!`,
    );
  }
  lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return lines;
}
