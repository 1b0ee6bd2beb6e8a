import { fromBlacklist } from '@tokenpair/core/blacklist';
import type { TokenStore } from '@tokenpair/core/store';
import type { KeyValue } from './key-value.ts';

/** A store that keeps no records, only the names of what was ended: the least there is. */
export function blacklistStore(service: KeyValue): TokenStore {
  const keyOf = (name: string): string => `tokenpair/${name}`;
  return fromBlacklist(
    {
      add: (name, forgetAt) => service.put(keyOf(name), '', 0, forgetAt), // version 0: the first caller only
      has: async (name) => (await service.get(keyOf(name))) !== undefined,
    },
    { name: 'key-value-blacklist', durable: true },
  );
}
