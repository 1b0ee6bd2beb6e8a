import { setImmediate as yieldOnce } from 'node:timers/promises';
import type { TokenStore } from '@tokenpair/core/store';

/** A store whose `advance` looks first and writes later: what every campaign has to find. */
export function withRacyAdvance(store: TokenStore): TokenStore {
  return {
    ...store,
    async advance(ref, from, next) {
      const found = await store.find(ref, next.rotatedAt);
      if (found?.generation !== from || found.revokedAt !== undefined) return undefined;
      await yieldOnce();
      const current = await store.find(ref, next.rotatedAt);
      return current && store.advance(ref, current.generation, next);
    },
  };
}

/** A store as it looks over a network: every step is taken some time after it was asked for, and heard of later still. */
export function withLatency(store: TokenStore, random: () => number): TokenStore {
  const some = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) await yieldOnce();
  };
  const slow =
    <Args extends unknown[], Result>(method: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await some();
      const result = await method(...args);
      await some();
      return result;
    };
  return {
    ...store,
    create: slow(store.create),
    find: slow(store.find),
    advance: slow(store.advance),
    revoke: slow(store.revoke),
    blacklist: slow(store.blacklist),
    isLive: slow(store.isLive),
  };
}
