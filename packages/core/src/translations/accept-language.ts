/** One element of `Accept-Language`. */
export interface LanguageRange {
  /** A language tag or the beginning of one, or `*`; in lower case. */
  readonly range: string;
  /** 0, which refuses the range, to 1. */
  readonly weight: number;
}

/** Past this a header says nothing; those of browsers have some 20 to 200 characters. */
const MAX_CHARACTERS = 512;

/** What comes after as many is not looked at. */
const MAX_RANGES = 20;

const ELEMENT = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * The ranges of `Accept-Language`, the dearest first and of equals the first; an element that is malformed counts for nothing.
 *
 * @see RFC 9110 §12.5.4, RFC 4647 §2.1
 */
export function parseAcceptLanguage(header: string): readonly LanguageRange[] {
  if (header.length > MAX_CHARACTERS) return [];
  return header
    .toLowerCase()
    .split(',', MAX_RANGES)
    .flatMap(toRange)
    .sort((one, other) => other.weight - one.weight);
}

function toRange(element: string): LanguageRange[] {
  const [, range, weight = '1'] = ELEMENT.exec(element.trim()) ?? [];
  return range === undefined ? [] : [{ range, weight: Number(weight) }];
}
