import { Buffer } from 'node:buffer';
import { Refusal } from '../run/errors.ts';

/** A token taken apart. Nothing of it is proved. */
export interface DecodedToken {
  readonly header: Members;
  readonly payload: Members;
  /** Whether a third part is there at all; whether it is a good one, decoding does not tell. */
  readonly hasSignature: boolean;
}

type Members = Readonly<Record<string, unknown>>;

/** Takes a compact JWS apart and judges nothing. @throws Refusal `no_jwt` */
export function decodeToken(token: string): DecodedToken {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length === 5) throw noJwt('it is encrypted (five parts), and only its owner can read it');
  if (parts.length !== 3)
    throw noJwt(`it has ${parts.length} part${parts.length === 1 ? '' : 's'}, not three`);
  return {
    header: parsePart(header, 'first'),
    payload: parsePart(payload, 'second'),
    hasSignature: signature !== '',
  };
}

function parsePart(segment: string, which: string): Members {
  const value = parseJson(segment);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw noJwt(`its ${which} part is no JSON object in base64url`);
}

function parseJson(segment: string): unknown {
  if (!/^[\w-]+$/.test(segment)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(segment, 'base64url')));
  } catch {
    return undefined;
  }
}

function noJwt(why: string): Refusal {
  return new Refusal('no_jwt', `this is no JWT: ${why}`);
}
