import type { Jwk } from '@tokenpair/core';
import { describe, expect, it, vi } from 'vitest';
import { T0 } from '../support/clock.ts';
import { clientOf, ecKey, K1, startIssuer } from './issuer.ts';

const gate = vi.hoisted(() => ({ open: Promise.resolve() }));

// An engine that imports keys asynchronously, as those on WebCrypto do.
vi.mock('#engine', async (load) => {
  const engine = await load<typeof import('../../src/engine/node.ts')>();
  return {
    ...engine,
    importPublic: async (...args: Parameters<typeof engine.importPublic>) => {
      await gate.open;
      return engine.importPublic(...args);
    },
  };
});

const snapshotFor = (url: string, keys: readonly Jwk[]) => ({
  url,
  fetchedAt: T0,
  freshUntil: T0 + 60_000,
  jwks: { keys },
});

describe('an engine that imports keys asynchronously', () => {
  it('serves fetched keys, then without a promise', async () => {
    const { client } = clientOf(await startIssuer());
    expect(await client.find(K1)).toMatchObject({ kid: 'k1' });
    expect(client.find(K1)).toMatchObject({ kid: 'k1' });
  });

  it('serves a snapshot as soon as its keys are ready, without a fetch', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer, { snapshot: snapshotFor(issuer.url, [ecKey('k1')]) });
    expect(await client.find(K1)).toMatchObject({ kid: 'k1' });
    expect(client.find(K1)).toMatchObject({ kid: 'k1' });
    expect(issuer.requests).toBe(0);
  });

  it('fetches when the keys of a snapshot turn out to be none', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer, {
      snapshot: snapshotFor(issuer.url, [ecKey('k1', 'a', { y: 'AAAA' })]),
    });
    expect(await client.find(K1)).toMatchObject({ kid: 'k1' });
    expect(issuer.requests).toBe(1);
  });

  it('does not let a snapshot overwrite what a refresh fetched', async () => {
    const issuer = await startIssuer([ecKey('k2', 'b')]);
    let open = () => {};
    gate.open = new Promise((done) => {
      open = done;
    });
    const { client, seen } = clientOf(issuer, { snapshot: snapshotFor(issuer.url, [ecKey('k1')]) });
    const refreshed = client.refresh();
    await new Promise(setImmediate);
    expect(seen.fetches).toBe(0);
    open();
    await refreshed;
    expect(client.find({ kid: 'k2', alg: 'ES256' })).toBeDefined();
    expect(client.version).toBe(2);
  });
});
