/**
 * From an issuer's document to keys. What is not for verifying signatures here is skipped (RFC 7517 §5); a document that no
 * careful issuer would publish is refused as a whole.
 *
 * @module
 */
import { assertText } from '../config/check.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { admitKey } from '../keys/admit-key.ts';
import type { Algorithm } from '../keys/algorithms.ts';
import type { PublicKeyInput } from '../keys/key-input.ts';
import { all, chain, type MaybePromise } from '../maybe-promise.ts';
import { createKeySet, type KeySet, type PublishedKey } from './key-set.ts';
import { KeySetError } from './key-set-error.ts';
import { jwkTypeOf } from './key-type.ts';

export interface KeySetRules {
  readonly algorithmOf: ReadonlyMap<string, Algorithm>;
  readonly maxKeys: number;
}

/** Members of private and symmetric keys (RFC 7518 §6, RFC 9964). */
const PRIVATE_MEMBERS: readonly string[] = Object.freeze([
  'd',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'oth',
  'k',
  'priv',
]);

/** The keys of a document. @throws KeySetError for a bad set, TypeError for a key of it that may not be used */
export function readKeySet(
  document: JsonObject,
  { algorithmOf, maxKeys }: KeySetRules,
): MaybePromise<KeySet> {
  const jwks = listKeys(document, maxKeys);
  if (jwks.some(isPrivate)) throw new KeySetError('private_key');
  const admitted = jwks.flatMap((jwk, index) => {
    const alg = algorithmOf.get(jwkTypeOf(jwk) ?? '');
    return alg !== undefined && isFor(jwk, alg) ? [admitPublished(jwk, alg, `keys[${index}]`)] : [];
  });
  return chain(all(admitted), (published) => {
    assertDistinctKids(published);
    return createKeySet(published);
  });
}

function listKeys({ keys }: JsonObject, maxKeys: number): readonly JsonObject[] {
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new KeySetError('not_a_key_set');
  if (keys.length > maxKeys) throw new KeySetError('too_many_keys');
  return keys;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPrivate(jwk: JsonObject): boolean {
  return jwk['kty'] === 'oct' || PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member));
}

/** Whether a key is for verifying signatures of this algorithm, by what it says of itself (RFC 7517 §4.2 to §4.4). */
function isFor({ use, key_ops: operations, alg }: JsonObject, wanted: Algorithm): boolean {
  const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  return verifies && (use === undefined || use === 'sig') && (alg === undefined || alg === wanted);
}

/** Only the members of its type reach the engine. */
function admitPublished(jwk: JsonObject, alg: Algorithm, name: string): MaybePromise<PublishedKey> {
  const { kid, kty, n, e, crv, x, y } = jwk;
  if (kid !== undefined) assertText(kid, `${name}.kid`);
  const publicKey = kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x };
  // By `keyTypeOf` the algorithm of a key type is never that of a secret.
  const input = { alg, publicKey, ...(kid === undefined ? {} : { kid }) } as PublicKeyInput;
  return chain(admitKey(input, name), (key) => ({ kid, key }));
}

function assertDistinctKids(published: readonly PublishedKey[]): void {
  const kids = published.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size < kids.length) throw new KeySetError('duplicate_kid');
}
