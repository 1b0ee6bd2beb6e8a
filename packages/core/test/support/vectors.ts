import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

/** Beside the repository, or where `VECTORS_DIR` says. */
const FOLDER =
  process.env['VECTORS_DIR'] ?? fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url));

/**
 * A `describe` for tests over a folder of the vectors. Where it is missing the tests are skipped and the run's summary names
 * it (with REQUIRE_SERVICES=1 they fail).
 */
export function describeVectors(title: string, path: string, suite: (folder: string) => void): void {
  const folder = join(FOLDER, path);
  if (existsSync(folder)) describe(title, () => suite(folder));
  else describe.skip(title, { meta: { missingService: `vectors/${path}` } }, () => suite(folder));
}
