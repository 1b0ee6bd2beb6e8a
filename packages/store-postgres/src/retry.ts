const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 64;

// The server says these of a transaction that it has rolled back. Of any other failure the outcome is unknown.
const ROLLED_BACK = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected

/** Runs a step again while the server says that it rolled it back for the sake of another transaction. */
export async function retrying<T>(retries: number, step: () => Promise<T>): Promise<T> {
  for (let left = retries, pause = SHORTEST_PAUSE_MS; ; left -= 1) {
    try {
      return await step();
    } catch (error) {
      if (left <= 0 || !ROLLED_BACK.has(codeOf(error) ?? '')) throw error;
    }
    await sleep(pause * (0.5 + Math.random() / 2)); // jitter, so that rivals do not keep meeting
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

// Besides those: data that the server refuses (22), constraints (23) and triggers (P0) of the app's own.
const OF_ONE_ROW = /^(?:22|23|P0)/;

/** Whether the server says that it carried nothing of a statement out, for a reason that one row of many can be. */
export function isOfOneRow(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return ROLLED_BACK.has(code) || OF_ONE_ROW.test(code);
}

/** What PostgreSQL calls the failure (its SQLSTATE), where it was PostgreSQL that failed. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
