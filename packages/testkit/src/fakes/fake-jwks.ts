import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Algorithm, JsonObject, KeyInput } from '@tokenpair/core';
import type { JwksFetch } from '@tokenpair/core/jwks';
import type { IssuerOptions } from '@tokenpair/core/verifier';

/** Options of {@link fakeJwks}. */
export interface FakeJwksOptions {
  /** What its keys sign with. @default 'ES256' */
  readonly alg?: 'ES256' | 'RS256' | 'EdDSA';
  /** Milliseconds since the epoch: for `iat` and `exp` of {@link FakeJwks.sign}, and for how long a set is fresh. @default Date.now */
  readonly clock?: () => number;
  /** How long an answer may be kept, in s. @default 300 */
  readonly maxAge?: number;
}

/**
 * How a fetch of the set fails: `throw`, as when the connection is refused; `status`, with a 500; `garbage`, with what is no JSON; `hang`,
 * not at all, until the reader gives up.
 */
export type JwksFault = 'throw' | 'status' | 'garbage' | 'hang';

/** The key set of an issuer that is not there. */
export interface FakeJwks {
  /** What a verifier is given of it, beside `issuer` and `audience`. */
  readonly trusted: Required<Pick<IssuerOptions, 'algorithms' | 'jwks'>>;
  /** Serves the set at any URL. */
  readonly fetch: JwksFetch;
  /** How often the set was fetched, failures included. */
  readonly fetches: number;
  /** The private keys, the one that signs first: for a `createAuth` whose tokens are verified by this set. */
  readonly keys: readonly KeyInput[];
  /** Signs from now on with a new key; the earlier ones stay published. */
  rotate(): void;
  /** Publishes the newest key alone. */
  retire(): void;
  /** Fails from now on, until `heal()`. */
  fail(fault?: JwksFault): void;
  heal(): void;
  /**
   * A token signed by the newest key, good for 5 minutes unless `exp` says otherwise.
   *
   * @param header more members of the header, or others. @default `alg`, `kid` and `typ: 'at+jwt'`
   */
  sign(claims: JsonObject, header?: JsonObject): string;
}

interface Pair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const URL_OF_SET = 'https://issuer.test/.well-known/jwks.json';
const LIFE_SECONDS = 300;

/**
 * Makes the key set of an issuer, for tests of what verifies its tokens: no server and no network. It counts how often it is fetched, changes
 * its keys and fails when it is told to.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { test } from 'node:test';
 * import { createVerifier } from '@tokenpair/core/verifier';
 * import { fakeJwks } from '@tokenpair/testkit';
 *
 * test('tokens of the issuer get through, and its keys are fetched once', async () => {
 *   const jwks = fakeJwks();
 *   const issuer = 'https://issuer.example.com';
 *   const audience = 'https://api.example.com';
 *   const verifier = createVerifier({ issuers: [{ issuer, audience, ...jwks.trusted }] });
 *   const token = jwks.sign({ iss: issuer, aud: audience, sub: 'ada' });
 *   assert.equal((await verifier.verify(token)).subject, 'ada');
 *   await verifier.verify(token);
 *   assert.equal(jwks.fetches, 1);
 * });
 * ```
 */
export function fakeJwks({ alg = 'ES256', clock = Date.now, maxAge = 300 }: FakeJwksOptions = {}): FakeJwks {
  let count = 1;
  let fetches = 0;
  let fault: JwksFault | undefined;
  let pairs: readonly Pair[] = [makePair(alg, count)];
  const newest = (): Pair => pairs[0] as Pair; // there is always one

  const fetch: JwksFetch = async (_url, { signal }) => {
    fetches += 1;
    if (fault === 'throw') throw new Error('The issuer is away.');
    if (fault === 'hang') return untilAborted(signal);
    const body = fault === 'garbage' ? '<html>' : JSON.stringify({ keys: pairs.map(toPublished(alg)) });
    const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}` };
    return new Response(body, { status: fault === 'status' ? 500 : 200, headers });
  };

  return {
    trusted: { algorithms: [alg], jwks: { url: URL_OF_SET, fetch, clock } },
    fetch,
    get fetches() {
      return fetches;
    },
    get keys() {
      return pairs.map(({ kid, privateKey }) => ({ alg, kid, privateKey }));
    },
    rotate() {
      count += 1;
      pairs = [makePair(alg, count), ...pairs];
    },
    retire() {
      pairs = [newest()];
    },
    fail(next = 'throw') {
      fault = next;
    },
    heal() {
      fault = undefined;
    },
    sign(claims, header = {}) {
      const iat = Math.floor(clock() / 1000);
      const { kid, privateKey: key } = newest();
      const parts = [
        { alg, typ: 'at+jwt', kid, ...header },
        { iat, exp: iat + LIFE_SECONDS, ...claims },
      ];
      const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const hash = alg === 'EdDSA' ? null : 'sha256';
      const signature = sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
  };
}

function makePair(alg: Algorithm, count: number): Pair {
  const kid = `key-${count}`;
  if (alg === 'RS256') return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  if (alg === 'EdDSA') return { kid, ...generateKeyPairSync('ed25519') };
  return { kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function toPublished(alg: Algorithm): (pair: Pair) => object {
  return ({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('The reader gave up.')));
  });
}
