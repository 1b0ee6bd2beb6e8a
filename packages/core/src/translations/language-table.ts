import type { LanguageRange } from './accept-language.ts';

/** Languages to choose from: the first is spoken where nothing else is wanted. */
export interface LanguageTable<T> {
  /** What fits the ranges best, given dearest first; the first language where none does. */
  choose(ranges: readonly LanguageRange[]): T;
}

interface Entry<T> {
  /** In lower case. */
  readonly tag: string;
  /** Language and script, such as `zh-hans`. */
  readonly written: string;
  readonly value: T;
}

/**
 * Looks languages up as RFC 4647 §3.4 has it, from the whole range to its beginning (`de-at-1996`, `de-at`, `de`), but never to another script: who
 * reads traditional characters (`zh-TW`) is not given simplified ones because both are `zh`. Where no beginning is there, another region of the same
 * language and script is (`zh-CN` gets `zh-Hans`, `pt-BR` gets `pt-PT`).
 */
export function createLanguageTable<T>(languages: ReadonlyMap<string, T>): LanguageTable<T> {
  const entries: readonly Entry<T>[] = [...languages].map(([tag, value]) => ({
    tag: tag.toLowerCase(),
    written: writingOf(tag),
    value,
  }));
  const known = new Set(entries.map(({ tag }) => partsOf(tag).language));
  /** By language and region. There are no more than some 1,700 regions to write, so it stays small whatever is asked. */
  const writings = new Map<string, string>();
  const [first] = entries;
  if (first === undefined) throw new RangeError('a table of languages has one at least');

  function lookUp(range: string): Entry<T> | undefined {
    const { language, script, region } = partsOf(range);
    if (!known.has(language)) return undefined;
    const written = script === undefined ? usualWriting(language, region) : `${language}-${script}`;
    const alike = entries.filter((entry) => entry.written === written);
    if (alike.length === 0) return undefined;
    return (
      beginningsOf(range)
        .map((beginning) => alike.find(({ tag }) => tag === beginning))
        .find((entry) => entry !== undefined) ?? alike[0]
    );
  }

  /** Asked of the runtime once: that costs more than all else. */
  function usualWriting(language: string, region: string | undefined): string {
    const place = region === undefined ? language : `${language}-${region}`;
    const written = writings.get(place) ?? writingOf(place);
    writings.set(place, written);
    return written;
  }

  return Object.freeze({
    choose(ranges: readonly LanguageRange[]) {
      const refused = ranges.filter(({ weight }) => weight === 0);
      for (const { range, weight } of ranges) {
        if (weight === 0) break;
        const entry = range === '*' ? entries.find((each) => !isCovered(each, ranges)) : lookUp(range);
        if (entry !== undefined && !isCovered(entry, refused)) return entry.value;
      }
      return first.value;
    },
  });
}

/** Whether one of the ranges says this language; `*` says what no other does. */
function isCovered({ tag }: { readonly tag: string }, ranges: readonly LanguageRange[]): boolean {
  return ranges.some(({ range }) => tag === range || tag.startsWith(`${range}-`));
}

/** The whole tag, and then ever less of it; no beginning ends in a single character, which says what the next part is. */
function beginningsOf(tag: string): readonly string[] {
  const parts = tag.split('-');
  return parts
    .map((_part, index) => parts.slice(0, parts.length - index))
    .filter((beginning) => (beginning.at(-1)?.length ?? 0) > 1)
    .map((beginning) => beginning.join('-'));
}

interface Parts {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
}

const PARTS = /^([a-z]{2,8})(?:-[a-z]{3}){0,3}(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-|$)/;

/** Of a tag in lower case, as RFC 5646 §2.1 orders them; whatever follows is for the lookup alone. */
function partsOf(tag: string): Parts {
  const [, language = '', script, region] = PARTS.exec(tag) ?? [];
  return { language, script, region };
}

/** Language and script of a tag, the usual one where it names none. @throws RangeError for what is no tag */
function writingOf(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize();
  return `${language}-${script}`.toLowerCase();
}
