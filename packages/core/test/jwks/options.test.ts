import { describe, expect, it } from 'vitest';
import { createJwksClient } from '../../src/jwks/jwks-client.ts';
import type { JwksOptions } from '../../src/jwks/jwks-options.ts';

const GOOD: JwksOptions = { url: 'https://issuer.test/jwks', algorithms: ['RS256'] };

function refusal(options: unknown, name?: string): unknown {
  try {
    createJwksClient(options as JwksOptions, name);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the options of a client', () => {
  it.each<[string, object]>([
    ['nothing but url and algorithms', {}],
    ['http, allowed', { url: 'http://localhost:8080/jwks', allowHttp: true }],
    ['https, http allowed', { allowHttp: true }],
    ['one algorithm for each type of key', { algorithms: ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] }],
    [
      'limits',
      {
        timeoutMs: 10,
        minFreshMs: 1_000,
        maxFreshMs: 1_000,
        cooldownMs: 1_000,
        staleIfErrorMs: 0,
        maxBytes: 1_024,
        maxKeys: 1,
      },
    ],
    ['a day of outage', { staleIfErrorMs: 86_400_000, minFreshMs: 86_400_000 }],
  ])('may be %s', (_, options) => {
    expect(refusal({ ...GOOD, ...options })).toBeUndefined();
  });

  it.each<[string, object]>([
    ['no url', { url: undefined }],
    ['a relative url', { url: '/jwks' }],
    ['a URL object', { url: new URL(GOOD.url) }],
    ['http', { url: 'http://issuer.test/jwks' }],
    ['http, not quite allowed', { url: 'http://issuer.test/jwks', allowHttp: 'yes' }],
    ['a file', { url: 'file:///etc/jwks.json', allowHttp: true }],
    ['data', { url: 'data:application/json,{"keys":[]}', allowHttp: true }],
    ['a user', { url: 'https://me@issuer.test/jwks' }],
    ['a password', { url: 'https://:hush@issuer.test/jwks' }],
    ['a fragment', { url: 'https://issuer.test/jwks#keys' }],
    ['no algorithms', { algorithms: undefined }],
    ['an empty list of algorithms', { algorithms: [] }],
    ['an algorithm of a secret', { algorithms: ['RS256', 'HS256'] }],
    ['the algorithm none', { algorithms: ['none'] }],
    ['an unknown algorithm', { algorithms: ['constructor'] }],
    ['two algorithms for RSA', { algorithms: ['RS256', 'PS256'] }],
    ['an algorithm twice', { algorithms: ['ES256', 'ES256'] }],
    ['two names for Ed25519', { algorithms: ['EdDSA', 'Ed25519'] }],
    ['an unknown option', { timeout: 3 }],
    ['a timeout of text', { timeoutMs: '3000' }],
    ['no timeout', { timeoutMs: 0 }],
    ['an endless timeout', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['a longest freshness below the shortest', { minFreshMs: 120_000, maxFreshMs: 60_000 }],
    ['no cooldown', { cooldownMs: 0 }],
    ['more than a day of outage', { staleIfErrorMs: 86_400_001 }],
    ['too many bytes', { maxBytes: 1_048_577 }],
    ['no keys', { maxKeys: 0 }],
    ['a clock that is none', { clock: 0 }],
    ['a fetch that is none', { fetch: 'node-fetch' }],
    ['a random that is none', { random: 4 }],
  ])('may not be %s', (_, options) => {
    const error = refusal({ ...GOOD, ...options });
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) });
    expect(String(error)).not.toMatch(/hush|me@/);
  });

  it('are named as the caller names them', () => {
    expect(String(refusal({ ...GOOD, cooldownMs: 0 }, 'issuers[0].jwks'))).toContain(
      'issuers[0].jwks.cooldownMs',
    );
    expect(String(refusal({ ...GOOD, url: 1 }))).toContain('jwks.url');
  });

  it('do nothing yet', () => {
    const client = createJwksClient({ ...GOOD, fetch: () => Promise.reject(new Error('not to be called')) });
    expect([client.version, client.snapshot(), Object.isFrozen(client)]).toEqual([0, undefined, true]);
  });
});
