import { MAX_TOKEN_LENGTH, openGate } from '../../../../packages/core/src/token/gate.ts';
import { notValid, type Reason } from './reason.ts';

const PARTS = ['header', 'payload', 'signature'] as const;

/** Why the gate stays closed: before anything is decoded. None where it opens. */
export function gateReasons(token: string): readonly Reason[] {
  if (openGate(token) !== undefined) return [];
  const reasons = [...lengthReasons(token), ...characterReasons(token), ...partReasons(token.split('.'))];
  return reasons.length > 0 ? reasons : [notValid('It is not spelt as a token has to be.')];
}

function lengthReasons({ length }: string): readonly Reason[] {
  const [is, most] = [length, MAX_TOKEN_LENGTH].map((count) => count.toLocaleString('en'));
  return length > MAX_TOKEN_LENGTH
    ? [notValid(`It has ${is} characters; nothing of more than ${most} is looked at.`)]
    : [];
}

function characterReasons(token: string): readonly Reason[] {
  const strange = [...new Set(token.match(/[^A-Za-z0-9_.-]/gu))].slice(0, 5).map(nameOf);
  return strange.length > 0
    ? [
        notValid(
          `It has characters that no token has: ${strange.join(', ')}. Only A-Z, a-z, 0-9, "-", "_" and "." may be there.`,
        ),
      ]
    : [];
}

function nameOf(character: string): string {
  if (character === ' ') return 'a space';
  if (character === '\n' || character === '\r') return 'a line break';
  if (character === '\t') return 'a tab';
  return `"${character}"`;
}

function partReasons(parts: readonly string[]): readonly Reason[] {
  if (parts.length === 5)
    return [notValid('It has five parts, so it is encrypted (JWE). Tokenpair takes signed tokens alone.')];
  if (parts.length !== 3)
    return [
      notValid(
        `It has ${parts.length} part${parts.length === 1 ? '' : 's'}; a signed token has three, with dots between.`,
      ),
    ];
  return parts.flatMap((part, index) => segmentReasons(part, PARTS[index] ?? 'part'));
}

function segmentReasons(segment: string, name: string): readonly Reason[] {
  if (segment === '') {
    const more = name === 'signature' ? ' An unsigned token is anybody’s word.' : '';
    return [notValid(`Its ${name} is empty.${more}`)];
  }
  if (segment.length % 4 === 1)
    return [
      notValid(
        `Its ${name} has ${segment.length} characters, a number that base64url never has: something is missing.`,
      ),
    ];
  // The gate judges all three parts alike, so the last one of a good token is judged as this one.
  return openGate(`AA.AA.${segment}`) === undefined &&
    /^[\w-]+$/.test(segment) &&
    segment.length <= MAX_TOKEN_LENGTH - 6
    ? [
        notValid(
          `Its ${name} ends in bits that a decoder would drop, so it is not the one spelling of its bytes.`,
        ),
      ]
    : [];
}
