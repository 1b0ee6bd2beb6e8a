/**
 * Throws altered tokens at every path from a token to its claims. What is accepted has to be what was issued, or what jose accepts
 * too with the same claims; what is refused has to be refused by an AuthError of 400 or 401; and either has to be quick.
 *
 * @module
 */
import { AuthError, type JsonObject } from '@tokenpair/core';
import { createJoseOracle } from '../../packages/core/test/attacks/jose-oracle.ts';
import { seeded } from '../../packages/core/test/support/random.ts';
import {
  ALGORITHMS,
  AUDIENCE,
  type FuzzKey,
  type FuzzPath,
  ISSUER,
  makeKey,
  makePaths,
  NOW,
} from './issuer.ts';
import { type Context, changeDraft, changeText, type Draft, pick, splice } from './mutate.ts';
import { readSeeds, type Seeds } from './seeds.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly size: number;
  readonly seeds?: Seeds;
  /** For tests of the fuzzer itself. */
  readonly paths?: (keys: readonly FuzzKey[]) => readonly FuzzPath[];
}

export interface FuzzFailure {
  readonly reason: string;
  readonly path: string;
  readonly token: string;
}

export interface FuzzResult {
  /** By path. */
  readonly accepted: Readonly<Record<string, number>>;
  /** Of those, how many are no token as it was issued: other spellings and other claims that are good too. */
  readonly variants: number;
  /** Of the refused ones that jose was asked about, how many it takes. */
  readonly asked: number;
  readonly laxer: number;
  /** The slowest input, in ms; where it was over the limit the best of its runs. */
  readonly worstMs: number;
  readonly failures: readonly FuzzFailure[];
}

const MAX_MS = 5;
const RERUNS = 10;
const MAX_FAILURES = 20;
/** Of the refused tokens, one in this many is shown to jose. */
const ASK_EVERY = 50;
/** Those that are quick to sign come first and come more often. */
const QUICK = 6;

export async function runFuzz({
  seed,
  size,
  seeds = readSeeds(),
  paths: make = makePaths,
}: FuzzOptions): Promise<FuzzResult> {
  const random = seeded(seed);
  const keys = await Promise.all(ALGORITHMS.map(makeKey));
  const paths = make(keys);
  const ask = createJoseOracle({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: keys.map(({ oracle }) => oracle),
    now: NOW,
  });
  const context: Context = { keys, seeds, random };
  const issued = new Set(keys.map((key) => encodeDraft(draftOf(key))));
  const failures: FuzzFailure[] = [];
  const accepted: Record<string, number> = Object.fromEntries(paths.map(({ name }) => [name, 0]));
  let [variants, asked, laxer, worstMs] = [0, 0, 0, 0];

  const fail = (reason: string, path: string, token: string): void => {
    if (failures.length < MAX_FAILURES) failures.push({ reason, path, token });
  };

  async function judge(path: FuzzPath, token: string): Promise<JsonObject | undefined> {
    const { claims, error, ms } = await measured(path, token);
    worstMs = Math.max(worstMs, ms);
    if (ms >= MAX_MS) fail(`took ${ms.toFixed(1)} ms`, path.name, token);
    if (claims !== undefined) return claims;
    if (!(error instanceof AuthError)) fail(`threw ${error}`, path.name, token);
    else if (error.status !== 400 && error.status !== 401) fail(`answered ${error.status}`, path.name, token);
    return undefined;
  }

  for (let at = 0; at < size; at++) {
    const token = nextToken(context, issued);
    const claims: (JsonObject | undefined)[] = [];
    for (const path of paths) claims.push(await judge(path, token));
    const isAccepted = claims.some((each) => each !== undefined);
    if (isAccepted && !issued.has(token)) variants += 1;
    if (!isAccepted && at % ASK_EVERY !== 0) continue;
    const theirs = await ask(token);
    if (!isAccepted) {
      asked += 1;
      if (theirs !== undefined) laxer += 1;
    }
    for (const [index, path] of paths.entries()) {
      const ours = claims[index];
      if (ours === undefined) {
        if (issued.has(token)) fail('refused a token as it was issued', path.name, token);
        continue;
      }
      accepted[path.name] = (accepted[path.name] ?? 0) + 1;
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
        fail('accepted a text that is no compact JWS', path.name, token);
      if (theirs === undefined) fail('accepted what jose refuses', path.name, token);
      else if (!isSame(theirs, ours)) fail('read other claims than jose', path.name, token);
    }
    // Our own header is one of those that other issuers may write, and our claims are more.
    if (claims[0] !== undefined && claims.slice(1).some((each) => each === undefined))
      fail('accepted as own and refused as another issuer’s', 'own', token);
  }
  return { accepted, variants, asked, laxer, worstMs, failures };
}

/** Member for member: ours have no prototype, and JSON knows neither Infinity nor −0. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other);
  const [left, right] = [Object.entries(one), Object.entries(other)];
  if (Array.isArray(one) !== Array.isArray(other) || left.length !== right.length) return false;
  return left.every(
    ([name, value]) => Object.hasOwn(other, name) && isSame(value, (other as Record<string, unknown>)[name]),
  );
}

interface Measured {
  readonly claims?: JsonObject;
  readonly error?: unknown;
  readonly ms: number;
}

/** What takes long is measured again: neither a garbage collection nor a busy machine is the token's fault. */
async function measured(path: FuzzPath, token: string): Promise<Measured> {
  let best = await once(path, token);
  for (let again = 0; again < RERUNS && best.ms >= MAX_MS; again++) {
    const next = await once(path, token);
    if (next.ms < best.ms) best = next;
  }
  return best;
}

async function once(path: FuzzPath, token: string): Promise<Measured> {
  const start = performance.now();
  try {
    const claims = await path.verify(token);
    return { claims, ms: performance.now() - start };
  } catch (error) {
    return { error, ms: performance.now() - start };
  }
}

function nextToken(context: Context, issued: ReadonlySet<string>): string {
  const { keys, random, seeds } = context;
  const way = random();
  const anyIssued = (): string => pick(random, [...issued].slice(0, random() < 0.85 ? QUICK : issued.size));
  if (way < 0.01) return anyIssued();
  if (way < 0.04 && seeds.tokens.length > 0) return changeText(pick(random, seeds.tokens), context);
  if (way < 0.3) return changeText(anyIssued(), context);
  if (way < 0.33) return splice(anyIssued(), anyIssued(), random);
  const draft = draftOf(random() < 0.93 ? pick(random, keys.slice(0, QUICK)) : pick(random, keys));
  changeDraft(draft, context);
  const token = encodeDraft(draft);
  return way < 0.37 ? changeText(token, context) : token;
}

function draftOf(key: FuzzKey): Draft {
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: '1',
    sid: 's',
    jti: 'j',
    iat: NOW,
    exp: NOW + 300,
    auth_time: NOW,
  };
  return {
    header: JSON.stringify({ alg: key.alg, typ: 'at+jwt', kid: key.alg }),
    payload: JSON.stringify(claims),
    key,
    signature: key.sign,
  };
}

function encodeDraft({ header, payload, signature }: Draft): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signature(input).toString('base64url')}`;
}

function encode(part: string | Buffer): string {
  return (typeof part === 'string' ? Buffer.from(part) : part).toString('base64url');
}
