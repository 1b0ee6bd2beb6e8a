import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './tooling/vitest/summary-reporter.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Tests run on the sources; tsconfig.test.json maps the same names for the type checker.
  resolve: {
    alias: [
      { find: /^#engine$/, replacement: fromRoot('packages/core/src/engine/node.ts') },
      { find: /^@tokenpair\/([^/]+)$/, replacement: fromRoot('packages/$1/src/index.ts') },
      { find: /^@tokenpair\/([^/]+)\/(.+)$/, replacement: fromRoot('packages/$1/src/$2.ts') },
      { find: /^@tokenpair-examples\/([^/]+)$/, replacement: fromRoot('examples/$1/src/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'tooling/**/*.test.ts'],
    setupFiles: ['./tooling/vitest/no-console.ts'],
    reporters: ['default', new SummaryReporter()],
    // Suites with real backends share the machine's cores; a hang still ends.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // vitest leaves a core free: on a machine of two that would be one file at a time, most of it waiting for a server.
    maxWorkers: Math.max(2, availableParallelism()),
    passWithNoTests: false,
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
