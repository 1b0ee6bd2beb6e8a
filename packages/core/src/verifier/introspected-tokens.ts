/**
 * What the issuer said of tokens a moment ago. An answer is as old as the question: it is given only to requests that came at most `cacheMs`
 * after that was sent, also while it is still on its way.
 *
 * @module
 */
import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../maybe-promise.ts';

export interface IntrospectedTokens {
  /**
   * Whether a token is active: said lately, being asked for, or asked now.
   *
   * @param id that tells the token apart
   * @param lifeMs how long the token is still good; no answer is held for longer
   */
  isActive(id: string, lifeMs: number, ask: () => Promise<boolean>): MaybePromise<boolean>;
}

export interface IntrospectedTokensOptions {
  readonly cacheMs: number;
  /** Most answers held of each kind. */
  readonly entries: number;
  /** Milliseconds that have passed; never goes back. */
  readonly now: () => number;
}

interface Flight {
  readonly since: number;
  readonly answer: Promise<boolean>;
}

export function createIntrospectedTokens({
  cacheMs,
  entries,
  now,
}: IntrospectedTokensOptions): IntrospectedTokens {
  // Apart, so that many tokens of one kind do not push out those of the other. Each has the time until which it holds.
  const active = new LRUCache<string, number>({ max: entries });
  const revoked = new LRUCache<string, number>({ max: entries });
  const flights = new Map<string, Flight>();

  function hold(id: string, isActive: boolean, until: number): void {
    if (now() < until) (isActive ? active : revoked).set(id, until);
  }

  function start(id: string, lifeMs: number, ask: () => Promise<boolean>): Promise<boolean> {
    const since = now();
    const flight = { since, answer: ask() };
    flights.set(id, flight);
    return flight.answer
      .then((isActive) => {
        hold(id, isActive, since + Math.min(cacheMs, lifeMs));
        return isActive;
      })
      .finally(() => {
        if (flights.get(id) === flight) flights.delete(id);
      });
  }

  return Object.freeze({
    isActive(id, lifeMs, ask) {
      const time = now();
      if (time < (revoked.get(id) ?? time)) return false;
      if (time < (active.get(id) ?? time)) return true;
      const flight = flights.get(id);
      return flight !== undefined && time < flight.since + cacheMs ? flight.answer : start(id, lifeMs, ask);
    },
  } satisfies IntrospectedTokens);
}
