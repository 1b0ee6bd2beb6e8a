/**
 * The tokens that were verified lately, so that the next request with one of them costs no signature. What a token was found to be is
 * given again for exactly that token, by the clock of this moment, and only while nothing has changed that it was found by. Whether it has
 * been revoked is asked afterwards, every time. A refused token is never held.
 *
 * @module
 */
import { LRUCache } from 'lru-cache';
import type { JsonValue } from '../json.ts';

/** How much may be held. */
export interface CacheLimits {
  /** Most tokens. */
  readonly entries: number;
  /** Most memory, in bytes, as estimated from the tokens and their claims. */
  readonly bytes: number;
}

/** When something was found, and until when it holds, in ms since the epoch. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** The same, and the memory that it takes beside the token, in bytes. */
export interface Holding extends Span {
  readonly bytes: number;
}

export interface VerifiedTokens<Found> {
  /** What exactly this token was found to be, where that still holds at `now`. */
  find(token: string, now: number): Found | undefined;
  /** Rises whenever everything is forgotten. */
  readonly era: number;
  /** Holds what was found of a token, unless everything was forgotten since `era`: then it was found by what holds no more. */
  keep(token: string, found: Found, holding: Holding, era: number): void;
  /** Forgets everything. */
  forget(): void;
}

interface Entry<Found> extends Span {
  readonly token: string;
  readonly found: Found;
}

/** Tokens are told apart by this many of their last characters, all of the signature: 144 bits. They are then compared as a whole. */
const TAIL = 24;

// Bytes in memory, measured on Node 24 and rounded up.
const ENTRY = 500;
const CONTAINER = 70;
const MEMBER = 80;
const ELEMENT = 12;
const TEXT = 24;

export function createVerifiedTokens<Found>({ entries, bytes }: CacheLimits): VerifiedTokens<Found> {
  const byTail = new LRUCache<string, Entry<Found>>({ max: entries, maxSize: bytes });
  let era = 0;

  return Object.freeze({
    get era() {
      return era;
    },
    find(token: string, now: number) {
      const entry = byTail.get(token.slice(-TAIL));
      // Of two tokens with one tail, or one signature, only the one that was verified is known (CVE-2026-35039).
      if (entry === undefined || entry.token !== token) return undefined;
      // Before it was found it may not have been good yet: what holds then has to be found anew.
      return now >= entry.from && now < entry.until ? entry.found : undefined;
    },
    keep(token: string, found: Found, { from, until, bytes }: Holding, since: number) {
      if (since !== era) return;
      const own = copyOf(token);
      byTail.set(own.slice(-TAIL), { token: own, found, from, until }, { size: ENTRY + own.length + bytes });
    },
    forget() {
      era += 1;
      byTail.clear();
    },
  } satisfies VerifiedTokens<Found>);
}

/** The memory that claims take, in bytes, about: what matters is that many small things are not taken for few. */
export function sizeOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return TEXT + value.length * 2;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + ELEMENT + sizeOf(each), CONTAINER);
  let bytes = CONTAINER;
  for (const [name, member] of Object.entries(value)) bytes += MEMBER + name.length + sizeOf(member);
  return bytes;
}

/** A text of its own: a piece of a header would hold the whole header. */
function copyOf(token: string): string {
  return JSON.parse(`"${token}"`);
}
