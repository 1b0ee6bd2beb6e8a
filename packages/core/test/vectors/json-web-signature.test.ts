// Wycheproof json_web_signature: 401 tokens through gate, header rules, key admission and signature. Their payloads are no claims,
// so the claims stage is left out: what counts is whether the signature stage says genuine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Algorithm, AuthError, type Jwk, type KeyInput } from '@tokenpair/core';
import { expect, it } from 'vitest';
import { importSecret } from '../../src/engine/node.ts';
import { openGate } from '../../src/token/gate.ts';
import { createForeignTokens } from '../../src/verifier/foreign-token.ts';
import { resolveIssuer } from '../../src/verifier/issuer-options.ts';
import type { KeySource } from '../../src/verifier/key-source.ts';
import { SECRET } from '../support/tokens.ts';
import { describeVectors } from '../support/vectors.ts';

interface Group {
  readonly comment: string;
  readonly private: Jwk;
  readonly public?: Jwk;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly jws: unknown;
    readonly result: string;
  }[];
}

const ZERO_SECRET = 'A'.repeat(43);

type Verdict = 'genuine' | 'refused';

/** Where the expectation is not the file's, and why. */
const OVERRIDES: ReadonlyMap<number, readonly [Verdict, string]> = new Map<
  number,
  readonly [Verdict, string]
>([
  ...[259, 264, 268, 272, 320, 325].map(
    (id) =>
      [
        id,
        ['refused', 'the payload is empty: no JWT, and the gate wants three parts that are not empty'],
      ] as const,
  ),
  [346, ['refused', 'erratum: a PS256 key with a PS384 token; one key, one algorithm']],
  [347, ['refused', 'erratum: there is no algorithm "ES521"']],
  [350, ['refused', 'erratum: as 346']],
  [351, ['refused', 'erratum: as 347']],
  [367, ['genuine', 'erratum: byte for byte the valid 357']],
  [370, ['genuine', 'erratum: byte for byte the valid 357']],
  [372, ['refused', 'erratum: a "?" in the header, RFC 7515 §2 wants it refused']],
  [373, ['refused', 'erratum: a "?" in the payload']],
]);

/** What the stages before the claims make of a token. Any error that is not of ours fails the test. */
function verdictOf(key: KeyInput, jws: unknown): Verdict {
  let genuine = false;
  const compact = openGate(jws);
  if (compact === undefined) return 'refused';
  const issuer = isZeroSecret(key) ? zeroIssuer() : admit(key);
  if (issuer === undefined) return 'refused';
  const keys: KeySource = {
    find: (selector) => {
      const found = issuer.keys.find(selector);
      if (found === undefined || found instanceof Promise) return found;
      const verify = (input: string, signature: string) => {
        genuine = found.verify(input, signature) === true;
        return genuine;
      };
      return { ...found, verify };
    },
  };
  const { verify } = createForeignTokens({
    issuer: { ...issuer, keys },
    schema: undefined,
    leeway: 5,
    clockSkew: 60,
    clock: Date.now,
    timeoutMs: 1000,
  });
  try {
    void verify(compact);
  } catch (error) {
    if (!(error instanceof AuthError) || error.status !== 401) throw error;
  }
  return genuine ? 'genuine' : 'refused';
}

/** The secret of one group is 32 zero bytes, which admission refuses as easy to guess; what is said of its tokens is tried all the same. */
function isZeroSecret(key: KeyInput): boolean {
  return 'secret' in key && (key.secret as Jwk)['k'] === ZERO_SECRET;
}

function zeroIssuer() {
  const key = { ...importSecret('HS256', new Uint8Array(32)), kid: 'hs256-key' };
  const issuer = admit({ alg: 'HS256', secret: SECRET });
  return (
    issuer && { ...issuer, keys: { find: ({ alg }: { alg: string }) => (alg === key.alg ? key : undefined) } }
  );
}

function admit(keys: KeyInput) {
  try {
    return resolveIssuer({ issuer: 'x', audience: null, typ: null, keys }, 'issuer', Date.now);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The vectors say the algorithm in the key; where they do not, the token's is taken, as the least careful app would. */
function keyOf({ private: secret, public: publicKey }: Group, jws: unknown): KeyInput {
  const jwk = publicKey ?? secret;
  const alg = (jwk['alg'] ?? algOf(jws)) as Algorithm;
  return (publicKey === undefined ? { alg, secret: jwk } : { alg, publicKey: jwk }) as KeyInput;
}

function algOf(jws: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(jws).split('.')[0] ?? '', 'base64url').toString()).alg;
  } catch {
    return 'RS256';
  }
}

describeVectors('Wycheproof json_web_signature', 'wycheproof', (folder) => {
  const file = join(folder, 'json_web_signature_test.json');
  const { testGroups, numberOfTests } = JSON.parse(readFileSync(file, 'utf8')) as {
    testGroups: readonly Group[];
    numberOfTests: number;
  };
  const cases = testGroups.flatMap((group) => group.tests.map((test) => ({ group, ...test })));

  it('has 401 tests, and every override is one of them that the file sees otherwise', () => {
    expect([cases.length, numberOfTests]).toEqual([401, 401]);
    for (const [id, [verdict]] of OVERRIDES) {
      const { result } = cases.find(({ tcId }) => tcId === id) ?? {};
      expect([id, result]).toEqual([id, verdict === 'genuine' ? 'invalid' : 'valid']);
    }
  });

  it('has a group whose secret may not be one: zeros are easy to guess', () => {
    const group = testGroups.find(({ private: jwk }) => jwk['k'] === ZERO_SECRET);
    expect(group).toBeDefined();
    expect(admit(keyOf(group as Group, group?.tests[0]?.jws))).toBeUndefined();
  });

  it.each(cases)('$tcId $group.comment $comment: $result', ({ group, jws, result, tcId }) => {
    const expected = OVERRIDES.get(tcId)?.[0] ?? (result === 'valid' ? 'genuine' : 'refused');
    expect(verdictOf(keyOf(group, jws), jws)).toBe(expected);
  });
});
