// Wycheproof's vectors of the primitives behind HS, RS, PS, ES and EdDSA, through the engines' own `verify`, on both engines.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Algorithm, Jwk } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import * as jose from '../../src/engine/jose.ts';
import * as node from '../../src/engine/node.ts';
import type { Engine, EngineKey } from '../../src/engine/port.ts';
import { describeVectors } from '../support/vectors.ts';

interface Test {
  readonly tcId: number;
  readonly comment: string;
  readonly key?: string;
  readonly msg: string;
  readonly sig?: string;
  readonly tag?: string;
  readonly result: 'valid' | 'acceptable' | 'invalid';
  readonly flags: readonly string[];
}

interface Group {
  readonly keySize?: number;
  readonly tagSize?: number;
  readonly publicKeyPem?: string;
  readonly publicKeyJwk?: Jwk;
  readonly keyJwk?: Jwk;
  readonly tests: readonly Test[];
}

interface VectorFile {
  readonly name: string;
  readonly alg: Algorithm;
  /** How many vectors there are: a file that was cut short would pass in silence. */
  readonly count: number;
  /** What is genuine for a JWS, where it is less than the file says. */
  readonly genuine?: (test: Test, group: Group) => boolean;
}

/** A signature input is ASCII; a JWS verifier gets its text, so that the bytes of a vector have to be one. */
const isAscii = (hex: string): boolean => Buffer.from(hex, 'hex').every((byte) => byte < 0x80);
const isValid = ({ result }: Test): boolean => result === 'valid';

const FILES: readonly VectorFile[] = [
  ...([256, 384, 512] as const).map(
    (bits): VectorFile => ({
      name: `hmac_sha${bits}_test.json`,
      alg: `HS${bits}`,
      count: 174,
      // Half of the groups are truncated tags, which no JWS has (RFC 7518 §3.2).
      genuine: (test, { tagSize }) => isValid(test) && tagSize === bits,
    }),
  ),
  { name: 'rsa_signature_2048_sha256_test.json', alg: 'RS256', count: 259 },
  { name: 'rsa_signature_3072_sha384_test.json', alg: 'RS384', count: 259 },
  { name: 'rsa_pss_2048_sha256_mgf1_32_test.json', alg: 'PS256', count: 108 },
  {
    name: 'rsa_pss_2048_sha256_mgf1_0_test.json',
    alg: 'PS256',
    count: 103,
    // RFC 7518 §3.5: the salt is as long as the hash. That of one vector is, and it is invalid here only because the file wants none.
    genuine: ({ comment }) => comment === 's_len changed to 32',
  },
  { name: 'ecdsa_secp256r1_sha256_p1363_test.json', alg: 'ES256', count: 262 },
  { name: 'ecdsa_secp384r1_sha384_p1363_test.json', alg: 'ES384', count: 280 },
  { name: 'ecdsa_secp521r1_sha512_p1363_test.json', alg: 'ES512', count: 318 },
  { name: 'ed25519_test.json', alg: 'EdDSA', count: 151 },
];

const ENGINES: readonly (readonly [string, Engine])[] = [
  ['node', node],
  ['jose', jose],
];

describeVectors('Wycheproof primitives', 'wycheproof', (folder) => {
  describe.each(FILES)('$name', ({ alg, count, genuine = isValid, name }) => {
    const { testGroups } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      testGroups: readonly Group[];
    };

    it.each(ENGINES)('gives every vector its verdict on the %s engine', async (_name, engine) => {
      const wrong: string[] = [];
      let judged = 0;
      for (const group of testGroups) {
        const key = alg.startsWith('HS') ? undefined : await publicKey(engine, alg, group);
        for (const test of group.tests) {
          judged += 1;
          const expected = genuine(test, group) && isAscii(test.msg);
          if ((await verdict(engine, alg, key, test)) !== expected)
            wrong.push(`${test.tcId} ${test.comment}: expected ${expected} (${test.result}, ${test.flags})`);
        }
      }
      expect(wrong).toEqual([]);
      expect(judged).toBe(count);
    });
  });
});

function publicKey(engine: Engine, alg: Algorithm, { publicKeyJwk, publicKeyPem, keyJwk }: Group) {
  if (publicKeyPem !== undefined) return engine.importPublic(alg, publicKeyPem);
  const { alg: _alg, kid: _kid, ...jwk } = publicKeyJwk ?? keyJwk ?? {};
  return engine.importPublic(alg, jwk);
}

/** Not ASCII: an engine that read the text as another encoding would see other bytes, and must refuse. */
async function verdict(
  engine: Engine,
  alg: Algorithm,
  key: EngineKey | undefined,
  test: Test,
): Promise<boolean> {
  const own = key ?? (await engine.importSecret(alg, Buffer.from(test.key ?? '', 'hex')));
  const input = Buffer.from(test.msg, 'hex').toString(isAscii(test.msg) ? 'latin1' : 'hex');
  return own.verify(input, Buffer.from(test.sig ?? test.tag ?? '', 'hex').toString('base64url'));
}
