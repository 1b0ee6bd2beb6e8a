import { generateKeyPairSync, hkdfSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Jwk, KeyInput } from '@tokenpair/core';
import { SettingError } from '../settings.ts';

/** What the portal signs with: access and refresh tokens, and the csrf cookie. */
export interface PortalKeys {
  readonly tokens: KeyInput;
  readonly csrf: Uint8Array;
}

/** Reads the key file; the first start makes it, for nobody else to read. @throws SettingError */
export function readOrMakeKeys(file: string): PortalKeys {
  const jwk = read(file) ?? make(file);
  if (typeof jwk['d'] !== 'string') throw new SettingError('KEYS_FILE has no private key');
  return {
    tokens: { alg: 'ES256', privateKey: jwk },
    csrf: new Uint8Array(hkdfSync('sha256', jwk['d'], '', 'csrf', 32)),
  };
}

function read(file: string): Jwk | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SettingError('KEYS_FILE cannot be read as JSON');
  }
}

function make(file: string): Jwk {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' }) as Jwk;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  return jwk;
}
