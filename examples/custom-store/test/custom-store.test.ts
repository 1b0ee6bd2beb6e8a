import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { storeContract } from '@tokenpair/testkit';
import { blacklistStore, keyValueStore } from '@tokenpair-examples/custom-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyValueService, startKeyValueService } from './key-value-service.ts';

let service: KeyValueService;
beforeAll(async () => {
  service = await startKeyValueService();
});
afterAll(() => service.stop());

describe('keyValueStore', () => {
  storeContract({
    describe,
    it,
    makeStore: () => {
      const space = randomUUID();
      const open = () => keyValueStore(service.client(space));
      return { store: open(), peer: open, reopen: open };
    },
    feed: false,
    nativeExpiry: true,
  });

  it('rejects when its service is away, and never says that there is nothing', async () => {
    const gone = await startKeyValueService();
    const store = keyValueStore(gone.client('gone'));
    await gone.stop();
    const ref = { id: 's1', subject: 'user-1' };
    await expect(store.find(ref, 1)).rejects.toThrow();
    await expect(store.isLive({ session: ref }, 1)).rejects.toThrow();
    await expect(store.revoke(ref, { at: 1, reason: 'logout' })).rejects.toThrow();
  });
});

describe('blacklistStore', () => {
  storeContract({
    describe,
    it,
    makeStore: () => {
      const space = randomUUID();
      const open = () => blacklistStore(service.client(space));
      return { store: open(), peer: open, reopen: open };
    },
    capabilities: [],
    feed: false,
    nativeExpiry: true,
  });
});

describe('the README', () => {
  const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

  it.each(['src/key-value.ts', 'src/key-value-store.ts', 'src/blacklist-store.ts'])(
    'shows %s as it is',
    (path) => {
      expect(text('README.md')).toContain(`\`\`\`ts\n${text(path)}\`\`\`\n`);
    },
  );
});
