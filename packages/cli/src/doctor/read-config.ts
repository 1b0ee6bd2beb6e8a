import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { Refusal, reasonOf } from '../run/errors.ts';
import { readFile } from '../text/read-text.ts';
import type { Config, Options } from './facts.ts';
import { fromEnvironment } from './from-environment.ts';
import { keysOf, placeOf } from './named-parts.ts';

const MODULES: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);

/**
 * The configuration in a file: a module whose default export is the options of `createAuth`, or gives them when called; the same as
 * JSON, where `store` is a URL and `keys` may be the name of a keys file; anything else is read as variables of the environment.
 *
 * @throws Refusal `unreadable` or `no_config`
 */
export async function readConfig(file: string): Promise<Config> {
  const kind = extname(file);
  if (MODULES.has(kind)) return fromOptions(await loadModule(file), file);
  const text = readFile(file);
  return kind === '.json' ? fromOptions(parseJson(text, file), file) : fromEnvironment(parseEnv(text));
}

function fromOptions(value: unknown, file: string): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw noConfig(`${file} gives no object with options`);
  const { keys, store, ...rest } = value as Options;
  const fromKeys = typeof keys === 'string' ? keysOf(keys) : { keys, open: false };
  const place = typeof store === 'string' ? placeOf(store, file) : undefined;
  return {
    options: {
      ...rest,
      ...(fromKeys.keys !== undefined && { keys: fromKeys.keys }),
      ...(place === undefined && store !== undefined && { store }),
    },
    ...(place && { place }),
    keysFileOpen: fromKeys.open,
  };
}

/** Runs the module, as the app would. */
async function loadModule(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
    return typeof module.default === 'function' ? await module.default() : module.default;
  } catch (error) {
    throw new Refusal('no_config', `${file} cannot be loaded: ${reasonOf(error)}`, { cause: error });
  }
}

/** A parser's message quotes the text, which may hold secrets. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noConfig(`${file} is no JSON`);
  }
}

function noConfig(message: string): Refusal {
  return new Refusal('no_config', message);
}
