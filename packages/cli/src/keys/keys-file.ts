/**
 * The file that keeps keys: a JWK set (RFC 7517 §5) with private members, for its owner alone. Whoever reads it meanwhile finds a
 * whole file, the old one or the new one.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import type { Jwk } from '@tokenpair/core';
import { codeOf, Refusal, reasonOf } from '../run/errors.ts';
import { readFile } from '../text/read-text.ts';

/** What is wrong is never quoted: the file holds private keys. @throws Refusal `unreadable` or `keys_damaged` */
export function readKeysFile(file: string): readonly Jwk[] {
  return parseKeySet(readFile(file), file);
}

/** Makes the file, and its folder where that is missing. @throws Refusal `keys_exist` where there is one already, `unwritable` */
export function createKeysFile(file: string, keys: readonly Jwk[]): void {
  const draft = draftOf(file);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeDraft(draft, keys);
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(file, error);
    throw new Refusal('keys_exist', `${file} is there already; keys rotate changes its keys`, {
      cause: error,
    });
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Gives the file other keys, made of those it has; it keeps its owner. Of two changes at once one is refused.
 *
 * @throws Refusal `unreadable`, `keys_damaged`, `keys_locked`, `unwritable`, and what `change` throws
 */
export async function changeKeysFile<T>(
  file: string,
  change: (keys: readonly Jwk[]) => Promise<{ readonly keys: readonly Jwk[]; readonly result: T }>,
): Promise<T> {
  readKeysFile(file);
  const target = realpathSync(file);
  const lock = `${target}.lock`;
  takeLock(lock, file);
  try {
    const { keys, result } = await change(readKeysFile(target));
    replace(target, keys);
    return result;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether others than the owner may read the file; false where the system has no such modes. */
export function isOpenToOthers(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) % 0o100 !== 0 && process.platform !== 'win32';
}

function parseKeySet(text: string, file: string): readonly Jwk[] {
  const keys = (parseJson(text) as { readonly keys?: unknown } | undefined)?.keys;
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isNamed)) return keys;
  throw new Refusal('keys_damaged', `${file} is no set of keys that each name kty and alg`);
}

function isNamed(key: unknown): key is Jwk {
  const { kty, alg } = (key ?? {}) as Jwk;
  return typeof kty === 'string' && typeof alg === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function takeLock(lock: string, file: string): void {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(file, error);
    const words = `${file} is being changed by somebody else; if nobody does, remove ${lock}`;
    throw new Refusal('keys_locked', words, { cause: error });
  }
}

function replace(file: string, keys: readonly Jwk[]): void {
  const draft = draftOf(file);
  try {
    const { uid, gid } = statSync(file);
    writeDraft(draft, keys);
    const made = statSync(draft);
    // The service has to be able to read it, also where another user, such as root, changes the keys.
    if (made.uid !== uid || made.gid !== gid) chownSync(draft, uid, gid);
    renameSync(draft, file);
  } catch (error) {
    throw unwritable(file, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function draftOf(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}.tmp`;
}

function writeDraft(draft: string, keys: readonly Jwk[]): void {
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify({ keys }, undefined, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unwritable(file: string, cause: unknown): Refusal {
  return new Refusal('unwritable', `${file} cannot be written: ${reasonOf(cause)}`, { cause });
}
