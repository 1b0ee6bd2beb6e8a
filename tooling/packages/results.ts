/** What was tried, with what came of it, for people and for `.ci/run`. @module */

/** One thing that was tried; `error` where it failed. */
export interface Result {
  readonly name: string;
  readonly error?: string;
}

export interface Results {
  /** Prints a line for all, and each failure. */
  report(title: string, results: readonly Result[]): void;
  /** Prints what could not be tried: a failure where it is required. */
  miss(title: string, reason: string): void;
  /** Prints `N passed, N failed`, and gives the exit code. */
  end(): 0 | 1;
}

const WIDTH = 40;

/**
 * @param isRequired whether what is missing counts as a failure
 * @param print takes one line, or a few
 */
export function createResults(isRequired: boolean, print: (line: string) => void): Results {
  let passed = 0;
  let failed = 0;
  return {
    report(title, results) {
      const failures = results.filter(({ error }) => error !== undefined);
      const good = results.length - failures.length;
      passed += good;
      failed += failures.length;
      print(`${title.padEnd(WIDTH)} ${good} passed, ${failures.length} failed`);
      for (const { name, error } of failures) print(`  FAILED ${name}\n    ${error}`);
    },
    miss(title, reason) {
      if (isRequired) failed += 1;
      print(`${title.padEnd(WIDTH)} MISSING${isRequired ? '' : ', skipped'}: ${reason}`);
    },
    end() {
      print(`${passed} passed, ${failed} failed`);
      return failed > 0 ? 1 : 0;
    },
  };
}

/** One result for each promise, whatever becomes of it. */
export function settle(work: Readonly<Record<string, Promise<unknown>>>): Promise<readonly Result[]> {
  return Promise.all(
    Object.entries(work).map(async ([name, promise]) => {
      try {
        await promise;
        return { name };
      } catch (error) {
        return { name, error: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
