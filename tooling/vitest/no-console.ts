/**
 * Fails a test, or a test file, during which anything was printed to the console: a library that is silent in production
 * is silent in its tests, and a test that expects a print replaces the method (`vi.spyOn(console, 'warn')`).
 */
import { afterAll, afterEach } from 'vitest';

const METHODS = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;

const printed: string[] = [];

for (const method of METHODS) {
  console[method] = (...values: unknown[]) => {
    printed.push(`console.${method}(${values.map(String).join(', ')})`);
  };
}

function assertNothingPrinted(): void {
  const lines = printed.splice(0);
  if (lines.length > 0)
    throw new Error(`Tests print nothing, but this was printed:\n  ${lines.join('\n  ')}`);
}

afterEach(assertNothingPrinted);
afterAll(assertNothingPrinted);
