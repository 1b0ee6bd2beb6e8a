import type { Auth } from '@tokenpair/core';
import type { Log } from '../log/create-log.ts';
import { messageOf } from '../start-error.ts';

const EVERY_MS = 600_000;

const AT_ONCE = 1_000;

/** Removes dead records from the store every ten minutes; returns how to stop it. */
export function pruneRegularly(auth: Auth, log: Log): () => void {
  const prune = (): void => {
    pruneAll(auth).then(
      (gone) => log.debug({ gone }, 'pruned'),
      (error: unknown) => log.warn({ cause: messageOf(error) }, 'pruning failed'),
    );
  };
  const timer = setInterval(prune, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** A bounded number at a time, so that requests come in between. */
async function pruneAll(auth: Auth): Promise<number> {
  let all = 0;
  for (let gone = AT_ONCE; gone === AT_ONCE; all += gone) gone = await auth.prune(AT_ONCE);
  return all;
}
