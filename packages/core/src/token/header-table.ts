import { encodeText } from '#engine';
import type { AdmittedKey } from '../keys/admit-key.ts';

/** What a known header stands for. */
export interface HeaderEntry {
  readonly typ: string;
  readonly key: AdmittedKey;
}

/**
 * The encoded headers that this auth's own keys produce. A token's header is looked up here as text and never parsed, so
 * that no header attack (alg, kid, jwk, jku, x5u, crit, b64, repeated members) has anything to work on.
 */
export interface HeaderTable {
  /** Enters a kind of token before its keys are there. */
  declare(typ: string): void;
  /** Makes `keys` the keys of a kind of token, and forgets those it had. */
  assign(typ: string, keys: readonly AdmittedKey[]): void;
  get(header: string): HeaderEntry | undefined;
  /** Whether a kind of token has been declared. */
  has(typ: string): boolean;
  /** The kind a token claims to be, unverified: for choosing the verifier, never for trusting it. */
  typOf(token: string): string | undefined;
}

export function createHeaderTable(): HeaderTable {
  const entries = new Map<string, HeaderEntry>();
  const declared = new Set<string>();
  return Object.freeze({
    declare(typ) {
      declared.add(typ);
    },
    assign(typ, keys) {
      for (const [header, entry] of entries) if (entry.typ === typ) entries.delete(header);
      for (const key of keys) entries.set(encodeHeader(key, typ), { typ, key });
    },
    get: (header) => entries.get(header),
    has: (typ) => declared.has(typ),
    typOf: (token) => entries.get(token.slice(0, Math.max(0, token.indexOf('.'))))?.typ,
  } satisfies HeaderTable);
}

/**
 * The encoded header of a key's tokens. Its bytes (`alg`, `typ`, `kid` in this order, no spaces) are a wire contract: what one
 * release emits every later one accepts.
 */
export function encodeHeader({ alg, kid }: AdmittedKey, typ: string): string {
  return encodeText(JSON.stringify({ alg, typ, kid }));
}
