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

interface Tag {
  readonly tag: string;
  readonly written: string;
}

/**
 * Looks languages up as RFC 4647 §3.4 has it, from the whole range to its beginning (`de-at-1996`, `de-at`, `de`), but never to another script: who
 * reads traditional characters (`zh-TW`) is not given simplified ones because both are `zh`. Where no beginning is there, another region of the same
 * language and script is (`zh-CN` gets `zh-Hans`, `pt-BR` gets `pt-PT`).
 */
export function createLanguageTable<T>(languages: ReadonlyMap<string, T>): LanguageTable<T> {
  const entries: readonly Entry<T>[] = [...languages].map(([tag, value]) => ({ ...toTag(tag), value }));
  const [first] = entries;
  if (first === undefined) throw new RangeError('a table of languages has one at least');

  function lookUp(range: string): Entry<T> | undefined {
    const wanted = readTag(range);
    if (wanted === undefined) return undefined;
    const alike = entries.filter(({ written }) => written === wanted.written);
    return (
      beginningsOf(wanted.tag)
        .map((beginning) => alike.find(({ tag }) => tag === beginning))
        .find((entry) => entry !== undefined) ?? alike[0]
    );
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
function isCovered({ tag }: Tag, ranges: readonly LanguageRange[]): boolean {
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

/** `undefined` for what has the form of a range and is no tag. */
function readTag(range: string): Tag | undefined {
  try {
    return toTag(range);
  } catch {
    return undefined;
  }
}

/** @throws RangeError for what is no language tag */
function toTag(text: string): Tag {
  const locale = new Intl.Locale(text);
  const { language, script } = locale.maximize();
  return { tag: locale.baseName.toLowerCase(), written: `${language}-${script}`.toLowerCase() };
}
