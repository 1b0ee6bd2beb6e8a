import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What others have found to break parsers. Empty where the vectors are not there. */
export interface Seeds {
  /** Texts of JSONTestSuite, some of them no UTF-8. */
  readonly json: readonly Buffer[];
  /** Tokens of Wycheproof. */
  readonly tokens: readonly string[];
}

const FOLDER =
  process.env['VECTORS_DIR'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const MAX_JSON_BYTES = 5000;

export function readSeeds(folder: string = FOLDER): Seeds {
  const suite = join(folder, 'json-parsing/test_parsing');
  const file = join(folder, 'wycheproof/json_web_signature_test.json');
  return {
    json: existsSync(suite)
      ? readdirSync(suite)
          .sort()
          .map((name) => readFileSync(join(suite, name)))
          .filter(({ length }) => length <= MAX_JSON_BYTES)
      : [],
    tokens: existsSync(file) ? tokensOf(file) : [],
  };
}

function tokensOf(file: string): string[] {
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as {
    testGroups: { tests: { jws: unknown }[] }[];
  };
  return testGroups
    .flatMap(({ tests }) => tests.map(({ jws }) => jws))
    .filter((jws) => typeof jws === 'string');
}
