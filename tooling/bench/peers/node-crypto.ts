/**
 * The floor: the one cryptographic operation of a verification or a signature, on bytes that lie ready. No decoding, no JSON, no claims.
 *
 * @module
 */
import { createHmac, createPrivateKey, createSecretKey, sign, timingSafeEqual, verify } from 'node:crypto';
import { type BenchKey, verifyingKey } from '../keys.ts';

/** Checks the signatures of the tokens in turn. */
export function bareVerify(key: BenchKey, tokens: readonly Buffer[]): () => boolean {
  const parts = tokens.map((token) => toParts(token, key.alg));
  const check = checkOf(key);
  let at = 0;
  return () => {
    at = at + 1 === parts.length ? 0 : at + 1;
    const { input, signature } = parts[at] as Parts;
    return check(input, signature);
  };
}

/** Signs the inputs of the tokens in turn. */
export function bareSign(key: BenchKey, tokens: readonly Buffer[]): () => Buffer {
  const inputs = tokens.map((token) => toParts(token, key.alg).input);
  const make = makerOf(key);
  let at = 0;
  return () => {
    at = at + 1 === inputs.length ? 0 : at + 1;
    return make(inputs[at] as Buffer);
  };
}

interface Parts {
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** A signature of ES256 as DER: on Node 24 the other encoding costs 46 µs more. */
function toParts(token: Buffer, alg: BenchKey['alg']): Parts {
  const text = token.toString('latin1');
  const end = text.lastIndexOf('.');
  const signature = Buffer.from(text.slice(end + 1), 'base64url');
  return {
    input: Buffer.from(text.slice(0, end)),
    signature: alg === 'ES256' ? toDer(signature) : signature,
  };
}

function checkOf(key: BenchKey): (input: Buffer, signature: Buffer) => boolean {
  const object = verifyingKey(key);
  if (key.alg === 'HS256')
    return (input, signature) =>
      timingSafeEqual(createHmac('sha256', object).update(input).digest(), signature);
  const hash = key.alg === 'EdDSA' ? null : 'sha256';
  return (input, signature) => verify(hash, input, object, signature);
}

function makerOf({ alg, secret, privatePem = '' }: BenchKey): (input: Buffer) => Buffer {
  if (secret !== undefined) {
    const object = createSecretKey(Buffer.from(secret));
    return (input) => createHmac('sha256', object).update(input).digest();
  }
  const object = createPrivateKey(privatePem);
  const hash = alg === 'EdDSA' ? null : 'sha256';
  return (input) => sign(hash, input, object);
}

function toDer(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const body = Buffer.concat([toInteger(raw.subarray(0, half)), toInteger(raw.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function toInteger(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) > 0x7f ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, digits.length + sign.length, ...sign]), digits]);
}
