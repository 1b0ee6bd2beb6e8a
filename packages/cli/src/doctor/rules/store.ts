import { isLocalUrl } from '../read-facts.ts';
import type { Rule } from '../rule.ts';

export const STORE_RULES: readonly Rule[] = [
  {
    id: 'store-memory',
    level: 'error',
    page: 'stores.md',
    judge: ({ store }) =>
      store.name === 'memory'
        ? 'sessions are in memory: a restart forgets every logout and login, and other processes know nothing of them.'
        : undefined,
  },
  {
    id: 'store-not-durable',
    level: 'warning',
    page: 'stores.md#what-happens-when-it-fails',
    judge: ({ store }) =>
      store.durable === false && store.name !== 'memory'
        ? 'the store does not keep what it acknowledged: a logout can be lost.'
        : undefined,
  },
  {
    id: 'store-plaintext',
    level: 'warning',
    page: 'stores.md#in-production',
    judge: ({ store }) =>
      store.url !== undefined && isPlain(store.url)
        ? 'the store is reached over the network without TLS: whoever is on the way can read and end sessions.'
        : undefined,
  },
  {
    id: 'store-no-password',
    level: 'warning',
    page: 'stores.md#in-production',
    judge: ({ store }) =>
      store.name === 'redis' &&
      store.url !== undefined &&
      !isLocalUrl(store.url) &&
      !new URL(store.url).password
        ? 'Redis is reached over the network without a password: anybody there can end and make sessions.'
        : undefined,
  },
  {
    id: 'durability-any',
    level: 'note',
    page: 'stores.md#what-happens-when-it-fails',
    judge: ({ durability, store }) =>
      durability === 'any' && store.name === 'redis'
        ? "a Redis that may lose logouts is only warned of: durability: 'required' refuses it."
        : undefined,
  },
];

function isPlain(url: string): boolean {
  if (isLocalUrl(url)) return false;
  return (
    url.startsWith('redis:') ||
    (!/[?&]sslmode=(?:require|verify-ca|verify-full|no-verify)\b/.test(url) && !url.startsWith('rediss:'))
  );
}
