import { decodeText, encodeText } from '#engine';
import type { ClaimsReader } from '../claims/claims-reader.ts';
import { TokenExpiredError, TokenNotValidError, TokenWrongTypeError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { type ClaimRules, judgeClaims } from './claims.ts';
import { openGate } from './gate.ts';
import { encodeHeader, type HeaderTable } from './header-table.ts';
import { parseStrictObject } from './strict-json.ts';

/** One kind of token: how it is issued, and how one presented is verified. */
export interface TokenKind {
  readonly typ: string;
  issue(claims: JsonObject): MaybePromise<string>;
  /**
   * The claims of a genuine token of this kind that is good now. Gate, header, key, signature, claims, in this order.
   *
   * @throws TokenNotValidError, TokenWrongTypeError, TokenExpiredError
   */
  verify(token: unknown, options?: VerifyTokenOptions): MaybePromise<JsonObject>;
}

export interface VerifyTokenOptions {
  /** Takes an expired token too, as a logout does. @default false */
  readonly allowExpired?: boolean;
  /** Gives the claims as they were signed, without asking the app: for revoking. @default false */
  readonly asSigned?: boolean;
}

export interface TokenKindOptions {
  readonly typ: string;
  readonly keys: KeyRing;
  readonly rules: ClaimRules;
  readonly headers: HeaderTable;
  /** The app's say in the claims. @default they pass as they are */
  readonly read?: ClaimsReader['read'];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Makes a kind of token and keeps its headers in the table. */
export function createTokenKind({ typ, keys, rules, headers, clock, read }: TokenKindOptions): TokenKind {
  let signingHeader = '';
  headers.declare(typ);
  keys.onChange(() => {
    headers.assign(typ, keys.keys);
    signingHeader = encodeHeader(keys.signer, typ);
  });

  function issue(claims: JsonObject): MaybePromise<string> {
    const input = `${signingHeader}.${encodeText(JSON.stringify(claims))}`;
    return chain(keys.signer.sign(input), (signature) => `${input}.${signature}`);
  }

  function verify(token: unknown, options: VerifyTokenOptions): MaybePromise<JsonObject> {
    const compact = openGate(token);
    const entry = compact === undefined ? undefined : headers.get(compact.header);
    if (compact === undefined || entry === undefined) throw new TokenNotValidError();
    if (entry.typ !== typ) throw new TokenWrongTypeError();
    return chain(entry.key.verify(compact.input, compact.signature), (genuine) => {
      if (!genuine) throw new TokenNotValidError();
      return judge(decodeText(compact.payload), options);
    });
  }

  function judge(
    text: string | undefined,
    { allowExpired = false, asSigned = false }: VerifyTokenOptions,
  ): MaybePromise<JsonObject> {
    const claims = text === undefined ? undefined : parseStrictObject(text);
    if (claims === undefined) throw new TokenNotValidError();
    const verdict = judgeClaims(claims, rules, clock() / 1000);
    if (verdict === 'bad') throw new TokenNotValidError();
    if (verdict === 'expired' && !allowExpired) throw new TokenExpiredError();
    return read === undefined || asSigned ? claims : read(claims);
  }

  return Object.freeze({
    typ,
    issue: (claims) => (keys.ready === undefined ? issue(claims) : keys.ready.then(() => issue(claims))),
    verify(token, options = {}) {
      return keys.ready === undefined
        ? verify(token, options)
        : keys.ready.then(() => verify(token, options));
    },
  } satisfies TokenKind);
}
