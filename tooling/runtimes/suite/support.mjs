// What the checks have in common. Web standards only: no module of Node's, no test runner.
import { AuthError, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test';
export const SECRET = Uint8Array.from({ length: 64 }, (_, index) => (index * 7 + 1) % 256);
export const NOT_VALID = 'token_not_valid 401';

/**
 * @typedef {{ name: string, run: () => unknown }} Check a promise of something, kept when `run` throws nothing
 */

/** An auth on a memory store, with a clock that stands still until a check moves it. */
export function makeAuth(options = {}) {
  const { now = 1_800_000_000_000, ...rest } = options;
  const clock = Object.assign(() => clock.now, { now });
  const auth = createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
    store: memoryStore(),
    login: ({ username, password }) => (password === 'correct horse' ? { subject: username } : undefined),
    ...rest,
    clock,
  });
  return { auth, clock };
}

export function bearer(token) {
  return { method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] };
}

/** The claims that a guard passes, or `code status` of what it answers. */
export async function guarded(auth, token) {
  const outcome = await auth.guard()(bearer(token));
  return outcome.passed ? outcome.auth.claims : `${outcome.error.code} ${outcome.error.status}`;
}

/** `code status` of the refusal that a call ends in. */
export async function refusalOf(call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof AuthError) return `${error.code} ${error.status}`;
    throw error;
  }
  return 'no refusal';
}

export function equal(actual, expected, what = 'it') {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

export function encode(value) {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

export function decode(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** What a token says, unverified. */
export function claimsOf(token) {
  return JSON.parse(new TextDecoder().decode(decode(token.split('.')[1])));
}

/** The same token with one bit of its signature changed. */
export function flipped(token) {
  const [header, payload, signature] = token.split('.');
  const bytes = decode(signature);
  bytes[3] ^= 1;
  return `${header}.${payload}.${encode(bytes)}`;
}

/** A token signed with `SECRET` and HS256, whatever its header and payload are: text, bytes, or an object written as JSON. */
export async function craft(header, payload) {
  const input = `${segmentOf(header)}.${segmentOf(payload)}`;
  return `${input}.${encode(await hmac(SECRET, input))}`;
}

/** HMAC-SHA-256 by the runtime's own WebCrypto. */
export async function hmac(secret, text) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)));
}

function segmentOf(value) {
  return encode(typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value));
}
