import { randomUUID } from 'node:crypto';
import type { Advance, Session, SessionRef, TokenStore } from '@tokenpair/core/store';

/** Sessions that a benchmark rotates; it keeps their generations, as their clients would. */
export interface Fleet {
  readonly size: number;
  ref(session: number): SessionRef;
  /** The next rotation of a session, from the generation at which it stands. */
  next(session: number): { readonly from: number; readonly next: Advance };
  /** Takes note that a session was rotated. @throws Error when it was not: a benchmark of refusals says nothing */
  rotated(session: number, gave: unknown): void;
}

export const CLIENT = {
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ip: '192.0.2.1',
};

const FAR = 9e12;
const TOGETHER = 500;

export function createFleet(size: number, name = 's'): Fleet {
  const generations = new Float64Array(size);
  return {
    size,
    ref: (session) => ({ id: `${name}-${session}`, subject: `user-${session}` }),
    next(session) {
      const from = generations[session] ?? 0;
      const rotation = {
        generation: from + 1,
        rotatedAt: Date.now(),
        rotatedBy: randomUUID(),
        expiresAt: FAR,
      };
      return { from, next: { ...rotation, client: CLIENT } };
    },
    rotated(session, gave) {
      if (!gave) throw new Error(`session ${session} was not rotated`);
      generations[session] = (generations[session] ?? 0) + 1;
    },
  };
}

export function sessionOf(ref: SessionRef, members: Partial<Session> = {}): Session {
  const times = { createdAt: 1, authTime: 1, endsAt: FAR, rotatedAt: 1, expiresAt: FAR, lastUsedAt: 1 };
  return { ...ref, ...times, generation: 0, rotatedBy: 'login', client: CLIENT, ...members };
}

/** Logs the whole fleet in, through the store's own calls. */
export async function logIn(store: TokenStore, fleet: Fleet): Promise<void> {
  for (let from = 0; from < fleet.size; from += TOGETHER) {
    const some = Array.from({ length: Math.min(TOGETHER, fleet.size - from) }, (_, n) => from + n);
    await Promise.all(some.map((session) => store.create(sessionOf(fleet.ref(session)), { now: 1 })));
  }
}

/** Rotates one session of the fleet through the store. */
export function rotateIn(store: TokenStore, fleet: Fleet): (session: number) => Promise<void> {
  return async (session) => {
    const { from, next } = fleet.next(session);
    fleet.rotated(session, await store.advance(fleet.ref(session), from, next));
  };
}
