import { createHmac, type KeyObject, sign as signBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Algorithm, GuardOutcome, JsonObject, Jwk } from '@tokenpair/core';
import { createJwksClient } from '@tokenpair/core/jwks';
import type { IssuerOptions } from '@tokenpair/core/verifier';
import { onTestFinished } from 'vitest';
import { jwkOf, pairFor } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';

/** A key pair of an issuer, under the kid that its tokens name. */
export interface IssuerKey {
  readonly alg: Algorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** As it is published, without anything that is optional. */
  readonly jwk: Jwk;
}

export function issuerKey(alg: Algorithm, name: string, kid: string = name): IssuerKey {
  const { privateKey, publicKey } = pairFor(alg, name);
  return { alg, kid, privateKey, jwk: { ...jwkOf(publicKey), kid } };
}

/** A token below any header. It is signed as the key signs, whatever the header says, or as `alg` says. */
export function signToken(
  header: unknown,
  claims: unknown,
  key: IssuerKey,
  alg: Algorithm = key.alg,
): string {
  const input = `${encode(textOf(header))}.${encode(textOf(claims))}`;
  return `${input}.${signatureOf(input, key.privateKey, alg)}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function signatureOf(input: string, key: KeyObject, alg: Algorithm): string {
  const hash = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
  const padding = alg.startsWith('PS') ? { padding: 6, saltLength: Number(alg.slice(2)) / 8 } : {};
  return signBytes(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...padding }).toString(
    'base64url',
  );
}

/** The oldest forgery: HMAC under the text of a public key. */
export function signWithPublicKey(header: unknown, claims: unknown, publicText: string): string {
  const input = `${encode(textOf(header))}.${encode(textOf(claims))}`;
  return `${input}.${createHmac('sha256', publicText).update(input).digest('base64url')}`;
}

/** How an issuer answers for its keys; the default is 200. */
export interface KeySetAnswer {
  readonly status?: number;
  readonly maxAge?: number;
  readonly keys?: readonly Jwk[];
}

export interface KeyHost {
  urlOf(path: string): string;
  /** What a path answers from now on. */
  publish(path: string, answer: KeySetAnswer | (() => KeySetAnswer)): void;
  /** How often a path was asked. */
  fetches(path: string): number;
}

/** A real server that publishes the key sets of issuers; it ends with the test. */
export async function startKeyHost(): Promise<KeyHost> {
  const answers = new Map<string, () => KeySetAnswer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const { status = 200, maxAge = 300, keys = [] } = answers.get(path)?.() ?? { status: 404 };
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': `public, max-age=${maxAge}`,
    });
    response.end(JSON.stringify({ keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (path) => `http://127.0.0.1:${port}${path}`,
    publish: (path, answer) => void answers.set(path, typeof answer === 'function' ? answer : () => answer),
    fetches: (path) => asked.filter((each) => each === path).length,
  };
}

/** The same issuer with its keys at the local server. */
export function servedAt(url: string, issuer: IssuerOptions): IssuerOptions {
  return { ...issuer, jwks: { url, allowHttp: true } };
}

/** A client for a key set at the local server. */
export function clientFor(url: string, algorithms: readonly Algorithm[], clock: () => number) {
  return createJwksClient({ url, allowHttp: true, algorithms, clock, random: () => 0 });
}

export function without(claims: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = claims;
  return rest;
}

/** A GET with a bearer token, as a guard sees it. */
export function bearer(token: string): { method: string; rawHeaders: readonly string[] } {
  return { method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] };
}

/** What a guard came to, short: who passed, or code and status. */
export function short<Who extends { subject: string | undefined }>(outcome: GuardOutcome<Who>) {
  return outcome.passed
    ? (outcome.auth?.subject ?? 'anonymous')
    : [outcome.error.code, outcome.answer.status];
}
