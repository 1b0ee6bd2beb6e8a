/**
 * A change of keys in three steps, as a function from the keys of a file to those it has next. What the file has to remember
 * between two steps, which key is where and since when, is in a member of the key.
 *
 * @module
 */
import type { Algorithm, Jwk } from '@tokenpair/core';
import { Refusal } from '../run/errors.ts';
import { isoOf, lengthInWords } from '../text/words.ts';
import { makeJwk } from './make-jwk.ts';
import type { RingKey } from './read-ring.ts';

/** The steps in their order. */
export const STEPS = ['publish', 'sign', 'retire'] as const;
export type Step = (typeof STEPS)[number];

/** Where a key is in a rotation, in its member `rotation`. */
interface Mark {
  readonly is: 'published' | 'signing' | 'retiring';
  readonly since: string;
}

/** How to take a step. */
export interface StepOptions {
  readonly now: number;
  /** Of a new key. @default that of the key that signs */
  readonly alg?: Algorithm | undefined;
  /** The key concerned. @default the only one that can be meant */
  readonly kid?: string | undefined;
  /** How long the step before has to be over, in ms. */
  readonly waitMs: number;
  /** Does not look how long it is over: for a key that has leaked. */
  readonly atOnce: boolean;
}

/** The keys after a step, and the key that it was about. */
export interface Stepped {
  readonly keys: readonly Jwk[];
  readonly kid: string | undefined;
  readonly alg: Algorithm;
}

/** @throws Refusal `no_signer`, `no_such_key`, `kid_needed`, `wrong_step` or `too_early` */
export function takeStep(step: Step, keys: readonly RingKey[], options: StepOptions): Stepped {
  const [signer] = keys;
  if (signer?.canSign !== true) throw new Refusal('no_signer', 'the first key of the file cannot sign');
  if (step === 'publish') return publish(keys, options.alg ?? signer.alg, options.now);
  const key = choose(step, keys, options.kid);
  if (key === signer)
    throw new Refusal('wrong_step', `the key ${key.kid} signs; ${step} is about another one`);
  if (!options.atOnce) assertWaited(key, step, options);
  return step === 'sign' ? sign(keys, key, options.now) : retire(keys, key);
}

/** Where a key is in a rotation, as the file says; `undefined` for one that was never part of one. */
export function markOf({ jwk }: RingKey): Mark | undefined {
  const mark = jwk['rotation'] as Partial<Mark> | undefined;
  const isMark = typeof mark?.is === 'string' && !Number.isNaN(Date.parse(String(mark.since)));
  return isMark ? (mark as Mark) : undefined;
}

function publish(keys: readonly RingKey[], alg: Algorithm, now: number): Stepped {
  const waiting = keys.find((key) => markOf(key)?.is === 'published');
  if (waiting !== undefined)
    throw new Refusal(
      'wrong_step',
      `the key ${waiting.kid} is published and does not sign yet; sign is next`,
    );
  return {
    keys: [...keys.map(({ jwk }) => jwk), marked(makeJwk(alg), 'published', now)],
    kid: undefined,
    alg,
  };
}

function sign(keys: readonly RingKey[], key: RingKey, now: number): Stepped {
  const [before, ...others] = keys.filter((each) => each !== key);
  const old = before === undefined ? [] : [marked(before.jwk, 'retiring', now)];
  const next = [marked(key.jwk, 'signing', now), ...old, ...others.map(({ jwk }) => jwk)];
  return { keys: next, kid: key.kid, alg: key.alg };
}

function retire(keys: readonly RingKey[], key: RingKey): Stepped {
  return { keys: keys.filter((each) => each !== key).map(({ jwk }) => jwk), kid: key.kid, alg: key.alg };
}

function marked(jwk: Jwk, is: Mark['is'], now: number): Jwk {
  return { ...jwk, rotation: { is, since: new Date(now).toISOString() } satisfies Mark };
}

function choose(step: Step, keys: readonly RingKey[], kid: string | undefined): RingKey {
  const candidates = kid === undefined ? meant(step, keys) : keys.filter((key) => key.kid === kid);
  const [only, ...more] = candidates;
  if (only === undefined)
    throw new Refusal('no_such_key', `there is no key to ${step}${kid ? ' of that kid' : ''}`);
  if (more.length > 0)
    throw new Refusal('kid_needed', `several keys could be meant: name one with --kid; keys list shows them`);
  if (step === 'sign' && !only.canSign)
    throw new Refusal('wrong_step', `the key ${only.kid} is public and cannot sign`);
  return only;
}

/** What the file says is at this step; where it says nothing, every key that does not sign. */
function meant(step: Step, keys: readonly RingKey[]): readonly RingKey[] {
  const is = step === 'sign' ? 'published' : 'retiring';
  const others = keys.slice(1).filter((key) => step === 'retire' || key.canSign);
  const at = others.filter((key) => markOf(key)?.is === is);
  return at.length > 0 ? at : others.filter((key) => markOf(key) === undefined);
}

function assertWaited(key: RingKey, step: Step, { now, waitMs }: StepOptions): void {
  const mark = markOf(key);
  if (mark === undefined) return; // it was put there by hand, and nobody knows when
  const left = Date.parse(mark.since) + waitMs - now;
  if (left <= 0) return;
  const words = `${step} is due in ${lengthInWords(left)}: the key ${key.kid} is ${mark.is} since ${isoOf(Date.parse(mark.since))}`;
  throw new Refusal('too_early', `${words} (--at-once is for a key that has leaked)`);
}
