import { ALGORITHMS, isAlgorithm } from '../../../../packages/core/src/keys/algorithms.ts';
import { REFUSED_MEMBERS } from '../../../../packages/core/src/verifier/foreign-token.ts';
import { mediaType } from '../../../../packages/core/src/verifier/issuer-options.ts';
import { KINDS, type Kind } from './kinds.ts';
import { notValid, type Reason } from './reason.ts';

type Members = Readonly<Record<string, unknown>>;

/** Why a header is refused, in the order in which it is judged. */
export function headerReasons(header: Members, kind: Kind): readonly Reason[] {
  return [
    ...memberReasons(header),
    ...textReasons(header),
    ...typReasons(header, kind),
    ...algReasons(header),
  ];
}

const BRINGS: Readonly<Record<string, string>> = {
  jwk: 'brings a key along',
  jku: 'says where to fetch a key',
  x5u: 'says where to fetch a certificate',
  x5c: 'brings a certificate along',
  crit: 'asks for extensions',
  b64: 'changes how it is encoded',
  zip: 'is compressed',
  enc: 'is encrypted',
};

function memberReasons(header: Members): readonly Reason[] {
  return REFUSED_MEMBERS.filter((member) => Object.hasOwn(header, member)).map((member) =>
    notValid(
      `Its header has "${member}": a token that ${BRINGS[member] ?? 'has that'} is refused, whatever it is signed with.`,
    ),
  );
}

function textReasons({ alg, kid, typ }: Members): readonly Reason[] {
  const reasons: Reason[] = [];
  if (typeof alg !== 'string') reasons.push(notValid('Its header names no algorithm ("alg").'));
  if (kid !== undefined && typeof kid !== 'string') reasons.push(notValid('Its "kid" is no text.'));
  if (typ !== undefined && typeof typ !== 'string') reasons.push(notValid('Its "typ" is no text.'));
  return reasons;
}

function typReasons({ typ }: Members, kind: Kind): readonly Reason[] {
  if (kind.typ === null || (typ !== undefined && typeof typ !== 'string')) return [];
  if (typ !== undefined && mediaType(typ) === kind.typ) return [];
  return [{ code: 'token_wrong_type', why: `${saidOf(typ)}, and what is taken here is "${kind.typ}".` }];
}

function saidOf(typ: string | undefined): string {
  if (typ === undefined) return 'Its header has no "typ", so it does not say what kind of token it is';
  const known = Object.values(KINDS).find((kind) => kind.typ === mediaType(typ));
  return known === undefined
    ? `Its "typ" is "${typ}"`
    : `Its "typ" is "${typ}": it is ${known.label.split(',')[0]}`;
}

function algReasons({ alg }: Members): readonly Reason[] {
  if (typeof alg !== 'string' || isAlgorithm(alg)) return [];
  if (alg.toLowerCase() === 'none')
    return [notValid('Its "alg" is "none": it is not signed, and anybody could have written it.')];
  return [
    notValid(
      `Its "alg" is no algorithm that Tokenpair knows: those are ${Object.keys(ALGORITHMS).join(', ')}.`,
    ),
  ];
}
