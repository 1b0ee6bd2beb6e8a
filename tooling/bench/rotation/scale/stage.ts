import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@tokenpair/core';
import type { Session, TokenStore } from '@tokenpair/core/store';
import { sessionOf } from '../fleet.ts';

/** A store with room for many sessions, and what is known of the room that they take. */
export interface Stage {
  readonly store: TokenStore;
  /** Adds so many live sessions of as many subjects. */
  fill(count: number, data: JsonObject | undefined): Promise<void>;
  /** What all sessions take: on disk with indexes, or in memory. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

const TOGETHER = 1_000;

/** Fills a store through its own `create`. */
export function fillByCreate(store: TokenStore): Stage['fill'] {
  return async (count, data) => {
    for (let left = count; left > 0; left -= TOGETHER) {
      const some = Array.from({ length: Math.min(TOGETHER, left) }, () => fillerOf(data));
      await Promise.all(some.map((session) => store.create(session, { now: 1 })));
    }
  };
}

/** A session such as a login makes, of a subject of its own. */
export function fillerOf(data: JsonObject | undefined): Session {
  const [id, subject] = [randomBytes(16).toString('base64url'), randomBytes(9).toString('base64url')];
  const now = Date.now();
  const times = { createdAt: now, authTime: now, rotatedAt: now, lastUsedAt: now };
  return sessionOf({ id, subject }, { ...times, rotatedBy: id, ...(data && { data }) });
}
