import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** The program that a skipped test needed; tooling/vitest/summary-reporter.ts names it. */
    missingService?: string;
  }
}

/** The programs that suites may start: never a system service, always a process of the suite's own. systemd's checks units, and starts none. */
export type Service = 'redis-server' | 'postgres' | 'mariadbd' | 'nginx' | 'chromium' | 'systemd-analyze';

/** Where Debian puts programs that are not on a user's PATH. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/lib/postgresql/*/bin'];

/** The full path of a program, or `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    ...EXTRA_FOLDERS.flatMap((pattern) => globSync(pattern)),
  ];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * A `describe` for tests against a real server. The suite gets the path of the server's program; where that is not
 * installed its tests are skipped and the run's summary names the service (with REQUIRE_SERVICES=1 they fail).
 *
 * @example
 * ```ts
 * serviceTest('redis-server')('redis store', (program) => {
 *   beforeAll(() => start(program));
 *   it('keeps a session', …);
 * });
 * ```
 * @public
 */
export function serviceTest(service: Service): (title: string, suite: (program: string) => void) => void {
  const program = findProgram(service);
  return (title, suite) => {
    if (program !== undefined) describe(title, () => suite(program));
    else describe.skip(title, { meta: { missingService: service } }, () => suite(service));
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
