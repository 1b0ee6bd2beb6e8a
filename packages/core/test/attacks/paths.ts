import { createHmac, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { type Algorithm, AuthError, type JsonObject, type KeyInput } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { expect } from 'vitest';
import { AUDIENCE, ISSUER, makeAuth } from '../support/auth.ts';
import { createClock, T0 } from '../support/clock.ts';
import { longSecret, pairFor } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';

/** A whole second, as tokens have it. */
export const NOW: number = T0 / 1000;

/** Longest that any input may take, in ms: the best of three; measured again where other processes may have held it up. */
const MAX_MS = 5;
const RUNS = 3;
const MORE_RUNS = 20;

/** One way from a token to its claims. */
export interface Path {
  readonly name: string;
  readonly alg: Algorithm;
  readonly door: 'own' | 'other issuer' | 'one of two issuers';
  /** The claims of a good token, or the refusal thrown. */
  verify(token: unknown): Promise<JsonObject>;
}

export const PATH_ALGORITHMS: readonly Algorithm[] = ['HS256', 'RS256', 'ES256', 'EdDSA'];

/** The claims of a good access token, on every path. */
export const CLAIMS = Object.freeze({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: '1',
  sid: 's',
  jti: 'j',
  iat: NOW,
  exp: NOW + 300,
});

/** The header of a good access token, as Tokenpair itself writes it. */
export function headerOf(alg: Algorithm) {
  return { alg, typ: 'at+jwt', kid: 'k1' };
}

/** Signs as the real issuer would, whatever header and payload say: an attacker can do no more. */
export function forge(
  alg: Algorithm,
  header: unknown = headerOf(alg),
  payload: unknown = CLAIMS,
  name = 'a',
): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${encode(signatureOf(alg, input, name))}`;
}

/** Text and bytes as they are, anything else as JSON. */
export function segment(value: unknown): string {
  if (typeof value === 'string' || value instanceof Uint8Array) return encode(value);
  return encode(JSON.stringify(value));
}

export function signatureOf(alg: Algorithm, input: string, name = 'a'): Buffer {
  const family = alg.slice(0, 2);
  const hash = `sha${alg.slice(2)}`;
  if (family === 'HS')
    return createHmac(hash, longSecret(name.charCodeAt(0) - 97))
      .update(input)
      .digest();
  const { privateKey: key } = pairFor(alg, name);
  if (family === 'RS') return sign(hash, Buffer.from(input), key);
  if (family === 'ES') return sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  if (family === 'PS')
    return sign(hash, Buffer.from(input), { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 });
  return sign(null, Buffer.from(input), key);
}

/** What a verifier is given of a key: the secret, or the public half. */
export function verifyingKey(alg: Algorithm, name = 'a', kid = 'k1'): KeyInput {
  if (alg.startsWith('HS')) return { alg: alg as 'HS256', secret: longSecret(name.charCodeAt(0) - 97), kid };
  return { alg: alg as 'RS256', publicKey: pairFor(alg, name).publicKey, kid };
}

function signingKey(alg: Algorithm): KeyInput {
  if (alg.startsWith('HS')) return verifyingKey(alg);
  return { alg: alg as 'RS256', privateKey: pairFor(alg).privateKey, kid: 'k1' };
}

/** An auth that verifies its own access tokens at a guard, with no store in between. */
function ownPath(alg: Algorithm): Path {
  const { auth } = makeAuth({ keys: signingKey(alg), revocation: 'none' });
  const guard = auth.guard();
  return {
    name: `own ${alg}`,
    alg,
    door: 'own',
    async verify(token) {
      const outcome = await guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });
      if (!outcome.passed) throw outcome.error;
      return { ...outcome.auth?.claims } as unknown as JsonObject;
    },
  };
}

/** A resource server that takes the tokens of one issuer, or of two. */
function otherPath(alg: Algorithm, alone: boolean): Path {
  const issuer = { issuer: ISSUER, audience: AUDIENCE, keys: verifyingKey(alg) };
  const second = { issuer: 'https://second.test', audience: AUDIENCE, keys: verifyingKey(alg, 'b') };
  const verifier = createVerifier({ issuers: alone ? [issuer] : [second, issuer], clock: createClock() });
  const door = alone ? 'other issuer' : 'one of two issuers';
  return {
    name: `${door} ${alg}`,
    alg,
    door,
    verify: async (token) => (await verifier.verify(token as string)).claims,
  };
}

export const OWN_PATHS: readonly Path[] = PATH_ALGORITHMS.map(ownPath);
export const OTHER_PATHS: readonly Path[] = PATH_ALGORITHMS.flatMap((alg) => [
  otherPath(alg, true),
  otherPath(alg, false),
]);
export const PATHS: readonly Path[] = [...OWN_PATHS, ...OTHER_PATHS];

/** What came of a token on a path. */
export type Outcome = 'accepted' | AuthError;

/** The outcome, the same three times over, in time, and an error of the one family that shows nothing of the token. */
export async function judge(path: Pick<Path, 'name' | 'verify'>, token: unknown): Promise<Outcome> {
  let outcome: Outcome = 'accepted';
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS || (fastest >= MAX_MS && run < MORE_RUNS); run++) {
    const start = performance.now();
    outcome = await outcomeOf(() => path.verify(token));
    fastest = Math.min(fastest, performance.now() - start);
  }
  expect(fastest, `${path.name}: ms`).toBeLessThan(MAX_MS);
  if (outcome !== 'accepted') assertShowsNothing(outcome, token);
  return outcome;
}

async function outcomeOf(verify: () => Promise<unknown>): Promise<Outcome> {
  try {
    await verify();
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthError) return error;
    throw new Error(`not an AuthError: ${inspect(error)}`);
  }
}

/** Everything a log could print of an error. */
export function shown(error: Error): string {
  const inspected = inspect(error, { depth: 10, showHidden: true, maxStringLength: null });
  return `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${error}\n${inspected}`;
}

export function assertShowsNothing(error: Error, token: unknown): void {
  const text = shown(error);
  for (const part of String(token)
    .slice(0, 20_000)
    .match(/[^.]{8,}/g) ?? [])
    expect(text.includes(part), 'the error shows a part of the token').toBe(false);
}

/**
 * Holds a token, made for each path, to being refused on all of them: 401, or 400 where it does not even fit into the header of a
 * request.
 */
export async function expectRefused(make: (path: Path) => unknown, paths = PATHS): Promise<void> {
  for (const path of paths) {
    const token = make(path);
    const outcome = await judge(path, token);
    if (outcome === 'accepted') expect.fail(`${path.name} accepted ${String(token).slice(0, 300)}`);
    const fitsHeader = typeof token !== 'string' || /^[^ \t]+$/.test(token);
    expect([path.name, outcome.status]).toEqual([path.name, path.door === 'own' && !fitsHeader ? 400 : 401]);
  }
}

/** Holds a near miss to being accepted with its claims. */
export async function expectAccepted(make: (path: Path) => string, paths = PATHS): Promise<void> {
  for (const path of paths) {
    const token = make(path);
    expect([path.name, await judge(path, token)]).toEqual([path.name, 'accepted']);
  }
}

/** The JSON text of good claims with one member written as it stands; an empty text leaves it out. */
export function claimsWith(member: string, json: string): string {
  const rest = Object.entries(CLAIMS).filter(([name]) => name !== member);
  const members = rest.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${(json === '' ? members : [...members, `${JSON.stringify(member)}:${json}`]).join(',')}}`;
}

/** The order of P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature of the same message: (r, n − s) is as good as (r, s). */
export function twinOf(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  const bytes = Buffer.from(token.slice(at), 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = (P256_ORDER - s).toString(16).padStart(64, '0');
  return token.slice(0, at) + encode(Buffer.concat([bytes.subarray(0, 32), Buffer.from(other, 'hex')]));
}
