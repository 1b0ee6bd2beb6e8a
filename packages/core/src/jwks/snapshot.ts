import { assertOptions, invalidType, invalidValue } from '../config/check.ts';
import type { Jwks } from '../keys/jwks.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import type { HeldKeys, HeldTimes } from './held-keys.ts';
import type { KeySet } from './key-set.ts';
import { type KeySetRules, readKeySet } from './read-key-set.ts';

/** The keys of an issuer as plain JSON, for a process that starts cold. As trustworthy as the place it is kept in. */
export interface JwksSnapshot {
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** Milliseconds since the epoch. */
  readonly freshUntil: number;
  readonly jwks: Jwks;
}

/** A snapshot that may be used: its keys, how long ago they were fetched and how long they are fresh after that. */
export interface RestoredSnapshot extends HeldTimes {
  readonly keys: MaybePromise<KeySet>;
}

export interface SnapshotRules extends KeySetRules {
  readonly url: string;
  readonly maxFreshMs: number;
  readonly clock: () => number;
}

/** Reads a snapshot. One that says it is of the future is taken as no longer fresh. @throws TypeError */
export function restoreSnapshot(
  snapshot: JwksSnapshot,
  name: string,
  rules: SnapshotRules,
): RestoredSnapshot {
  assertOptions(snapshot, name, ['url', 'fetchedAt', 'freshUntil', 'jwks']);
  const { url, fetchedAt, freshUntil, jwks } = snapshot;
  if (url !== rules.url) throw invalidValue(`${name}.url must be the url of the client`);
  if (!Number.isFinite(fetchedAt) || !Number.isFinite(freshUntil)) {
    throw invalidType(`${name}.fetchedAt and ${name}.freshUntil must be numbers`);
  }
  const freshMs = Math.max(0, Math.min(rules.maxFreshMs, freshUntil - fetchedAt));
  const ageMs = rules.clock() - fetchedAt;
  return { keys: readKeys(jwks, `${name}.jwks`, rules), freshMs, ageMs: ageMs < 0 ? freshMs : ageMs };
}

/** Judged like an issuer's answer: what was refused there does not come in here. */
function readKeys(jwks: unknown, name: string, rules: KeySetRules): MaybePromise<KeySet> {
  const document = parseStrictObject(JSON.stringify(jwks) ?? '');
  if (document === undefined) throw invalidType(`${name} must be a JSON object`);
  try {
    return readKeySet(document, rules);
  } catch (cause) {
    throw invalidValue(`${name} is a key set that may not be used`, cause);
  }
}

/** The keys held, with the times that this clock would give them now. */
export function takeSnapshot(
  held: HeldKeys,
  { url, clock }: SnapshotRules,
  time: number,
): JwksSnapshot | undefined {
  if (held.jwks === undefined) return undefined;
  const { ageMs, freshMs } = held.timesAt(time);
  const fetchedAt = clock() - ageMs;
  return { url, fetchedAt, freshUntil: fetchedAt + freshMs, jwks: held.jwks };
}
