import { RedisStoreError } from './errors.ts';

/** The promise, or a rejection with code `feed_unavailable` when it has not settled after `ms`. Keeps no process alive. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RedisStoreError('feed_unavailable')), ms);
    timer.unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
