import { Buffer } from 'node:buffer';
import type { Key } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** Bits of a secret below which somebody may find it. */
const LEAST_BITS = 128;

export const KEY_RULES: readonly Rule[] = [
  {
    id: 'keys-missing',
    level: 'error',
    page: 'keys.md',
    judge: ({ keys }) => (keys.length === 0 ? 'no keys: nothing can be signed.' : undefined),
  },
  {
    id: 'keys-file-open',
    level: 'error',
    page: 'keys.md#when-a-key-has-leaked',
    judge: ({ keysFileOpen }) =>
      keysFileOpen
        ? 'others than its owner may read the keys file: chmod 600, and replace the keys if they have.'
        : undefined,
  },
  {
    id: 'secret-guessable',
    level: 'error',
    page: 'keys.md',
    judge: ({ keys }) =>
      keys.some(isGuessable)
        ? `a secret looks like words or has less than ${LEAST_BITS} bits: it can be found from any one token. openssl rand -hex 32 makes a good one.`
        : undefined,
  },
  {
    id: 'secret-signs-refresh',
    level: 'warning',
    page: 'keys.md',
    judge: ({ keys, hasRefreshKeys, issuer, audience }) =>
      keys.some(isSecret) && !hasRefreshKeys && audience !== undefined && issuer !== audience
        ? 'a service that verifies access tokens with this secret can write refresh tokens too: give those refresh.keys of their own.'
        : undefined,
  },
];

function isSecret(key: Key): boolean {
  return key['secret'] !== undefined;
}

/** Of text alone: bytes, and keys of a file, were made by a machine. */
function isGuessable({ secret }: Key): boolean {
  if (typeof secret !== 'string') return false;
  const isWords = /^\p{L}+(?:[\s_.'-]+\p{L}+)*[\s!?.\d]*$/u.test(secret) && !/^[\da-f]+$/i.test(secret);
  return (isWords && hasLongWords(secret)) || bitsOf(secret) < LEAST_BITS;
}

/** Words keep to one case; what is random changes it all the time. */
function hasLongWords(text: string): boolean {
  const changes = [...text.matchAll(/\p{Ll}\p{Lu}/gu)].length;
  return changes * 8 < text.length;
}

/** The most that the characters can hold, as often as each is there. */
function bitsOf(text: string): number {
  const bytes = Buffer.from(text);
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / bytes.length), 0);
}
