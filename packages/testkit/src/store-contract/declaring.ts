import assert from 'node:assert/strict';
import type { StoreCapability } from '@tokenpair/core/store';
import type { ContractSection } from './context.ts';

const WARNINGS: readonly string[] = ['not_durable', 'eviction', 'replication'];

/** What a store says of itself, compared with what the options of the contract say of it. */
export function declaring(capabilities: readonly StoreCapability[], feed: boolean): ContractSection {
  return {
    name: 'saying what it is',
    least: {
      async 'has a name and says whether it is durable'({ store }) {
        assert.equal(typeof store.name, 'string');
        assert.notEqual(store.name, '');
        assert.equal(typeof store.durable, 'boolean');
      },

      async 'declares the capabilities that it is tested for'({ store }) {
        const declared = store.capabilities ?? ['records', 'subjects'];
        assert.deepEqual(
          declared.toSorted(),
          capabilities.toSorted(),
          'set `capabilities` to what it declares',
        );
      },

      async 'has a revocation feed where it is tested for one'({ store }) {
        assert.equal(
          typeof store.watch,
          feed ? 'function' : 'undefined',
          'set `feed: false` for a store without',
        );
      },

      async 'warns, where it checks its backend, in words for an operator'({ store }) {
        for (const { code, detail } of (await store.check?.()) ?? []) {
          assert.ok(WARNINGS.includes(code), code);
          assert.match(detail, /^[A-Z].*\.$/);
        }
      },
    },
  };
}
