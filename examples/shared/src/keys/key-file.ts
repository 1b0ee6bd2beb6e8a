/**
 * The file that keeps the keys, a JWK set (RFC 7517 §5) with private members.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Algorithm, Jwk, KeyInput } from '@tokenpair/core';
import { z } from 'zod';
import { messageOf, SettingsError, StartError } from '../start-error.ts';
import { ALGORITHM_NAMES, makeJwk } from './key-recipes.ts';

const KEY_SET = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), alg: z.enum(ALGORITHM_NAMES), kid: z.string().optional() })),
});

/** What reading fails with until somebody mends it. Whatever else it may be passes: a disk or a network that is away, too many open files. */
const FOR_SOMEBODY: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EISDIR', 'ENOTDIR']);

/**
 * The keys in the file, one for `alg` that can sign first. The file is made with such a key where there is none; of processes that
 * start at once one makes it and all read it.
 *
 * @param read - reads a file. @default as it is
 * @throws SettingsError when the file is damaged, may not be read, or has no key for `alg`; StartError when it cannot be made, or read at this moment
 */
export function readOrMakeKeys(
  file: string,
  alg: Algorithm,
  read: (file: string) => string = readText,
): readonly KeyInput[] {
  const text = readIfThere(file, read) ?? make(file, alg);
  const keys = parseKeySet(text, file);
  const signer = keys.find((key) => key['alg'] === alg && isPrivate(key));
  if (signer === undefined)
    throw new SettingsError(`KEYS_FILE ${file} has no key that can sign with ALG=${alg}`);
  return [signer, ...keys.filter((key) => key !== signer)].map(toKeyInput);
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

function readIfThere(file: string, read: (file: string) => string): string | undefined {
  try {
    return read(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const Kind = FOR_SOMEBODY.has(codeOf(error)) ? SettingsError : StartError;
    throw new Kind(`KEYS_FILE ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Written beside and then linked to its name: whoever finds the name finds a whole file, and the first link wins. */
function make(file: string, alg: Algorithm): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    write(draft, `${JSON.stringify({ keys: [makeJwk(alg)] }, undefined, 2)}\n`);
    link(draft, file);
    return readText(file);
  } catch (error) {
    throw new StartError(`KEYS_FILE ${file} cannot be made: ${messageOf(error)}`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}

function write(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** What is wrong is not quoted: the file holds private keys. */
function parseKeySet(text: string, file: string): readonly Jwk[] {
  const { data } = KEY_SET.safeParse(parseJson(text));
  if (data === undefined)
    throw new SettingsError(`KEYS_FILE ${file} is damaged: it is no set of keys that each name kty and alg`);
  return data.keys;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toKeyInput(jwk: Jwk): KeyInput {
  const member = jwk.kty === 'oct' ? 'secret' : isPrivate(jwk) ? 'privateKey' : 'publicKey';
  const { alg, kid } = jwk;
  return { alg, [member]: jwk, ...(kid === undefined ? {} : { kid }) } as KeyInput;
}

function isPrivate(jwk: Jwk): boolean {
  return jwk['k'] !== undefined || jwk['d'] !== undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
