import type { Auth } from '@tokenpair/core';
import type { Log } from '../log/create-log.ts';
import { messageOf } from '../start-error.ts';

const EVERY_MS = 600_000;

/** Removes dead records from the store every ten minutes, a bounded number each time; returns how to stop it. */
export function pruneRegularly(auth: Auth, log: Log): () => void {
  const prune = (): void => {
    auth.prune().then(
      (gone) => log.debug({ gone }, 'pruned'),
      (error: unknown) => log.warn({ cause: messageOf(error) }, 'pruning failed'),
    );
  };
  const timer = setInterval(prune, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
