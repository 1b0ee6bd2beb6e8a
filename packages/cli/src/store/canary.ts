import { randomUUID } from 'node:crypto';
import type { Session, TokenStore } from '@tokenpair/core/store';

/** A step of the round trip: what was asked, whether the store answered as it must, and how long it took. */
export interface CanaryStep {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
}

const LIFE_MS = 60_000;

/**
 * Opens a session of nobody's, renews it, ends it and looks whether it stays ended. It leaves a session and a blacklisted id that are
 * over in a minute, and that pruning removes.
 */
export async function flyCanary(store: TokenStore, now: number): Promise<readonly CanaryStep[]> {
  const session = canarySession(now);
  const { id, subject, endsAt } = session;
  const ref = { id, subject };
  const token = { id: randomUUID(), subject, expiresAt: endsAt };
  const next = { generation: 1, rotatedAt: now, rotatedBy: randomUUID(), expiresAt: endsAt };
  const steps: CanaryStep[] = [];
  const fly = async (step: string, ask: () => Promise<boolean>): Promise<void> => {
    const began = performance.now();
    const ok = await ask();
    steps.push({ step, ok, ms: Math.round((performance.now() - began) * 10) / 10 });
  };
  await fly('create', async () => {
    await store.create(session, { now });
    return true;
  });
  await fly('find', async () => (await store.find(ref, now))?.generation === 0);
  await fly('advance', async () => (await store.advance(ref, 0, next))?.generation === 1);
  await fly('advance once only', async () => (await store.advance(ref, 0, next)) === undefined);
  await fly('list', async () => (await store.list(subject, now)).length === 1);
  await fly('is live', () => store.isLive({ session: ref, token }, now));
  await fly('blacklist', () => store.blacklist(token, now));
  await fly('blacklist once only', async () => !(await store.blacklist(token, now)));
  await fly('revoke', async () => (await store.revoke(ref, { at: now, reason: 'revoked' })) === 1);
  await fly('stays ended', async () => !(await store.isLive({ session: ref }, now)));
  return steps;
}

function canarySession(now: number): Session {
  const endsAt = now + LIFE_MS;
  return {
    id: randomUUID(),
    subject: `tokenpair-check-${randomUUID()}`,
    createdAt: now,
    authTime: now,
    endsAt,
    generation: 0,
    rotatedAt: now,
    rotatedBy: randomUUID(),
    expiresAt: endsAt,
    lastUsedAt: now,
  };
}
