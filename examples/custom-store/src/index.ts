export { blacklistStore } from './blacklist-store.ts';
export type { KeyValue } from './key-value.ts';
export { keyValueStore } from './key-value-store.ts';
