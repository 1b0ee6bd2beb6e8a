import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Catalogue, en, type SentenceKey } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';
import { es } from '@tokenpair/core/translations/es';
import { fr } from '@tokenpair/core/translations/fr';
import { ja } from '@tokenpair/core/translations/ja';
import { pt } from '@tokenpair/core/translations/pt';
import { zhHans } from '@tokenpair/core/translations/zh-hans';
import { describe, expect, it } from 'vitest';
import { ERROR_ROWS } from '../../src/errors/error-rows.ts';
import { FIELD_SENTENCES, OAUTH2_SENTENCES } from '../../src/errors/sentences.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

const KEYS = Object.keys({ ...ERROR_ROWS, ...OAUTH2_SENTENCES, ...FIELD_SENTENCES }) as SentenceKey[];

/** Words of the English sentences that are words of the language too. */
const SHARED_WORDS: readonly (readonly [Catalogue, ...string[]])[] = [
  [de, 'token', 'json', 'in', 'utf', 'client', 'true', 'false', 'cookie'],
  [es, 'no', 'token', 'a', 'json', 'utf', 'true', 'false', 'cookie'],
  [fr, ...'a session sessions type json utf client service site non large true false cookie'.split(' ')],
  [pt, 'as', 'token', 'do', 'a', 'site', 'json', 'utf', 'true', 'false', 'cookie'],
  [ja, 'json', 'utf', 'true', 'false', 'cookie'],
  [zhHans, 'json', 'utf', 'true', 'false', 'cookie'],
];

function wordsOf(sentence: string): readonly string[] {
  return sentence.toLowerCase().match(/\p{Letter}+/gu) ?? [];
}

const ENGLISH_WORDS = new Set(Object.values(en.sentences).flatMap(wordsOf));

const placeholdersOf = (sentence: string): readonly string[] =>
  (sentence.match(/\{\w*\}|%\w/g) ?? []).toSorted();

describe('the English sentences', () => {
  it('are those of every code, every word of the OAuth 2 wire and every fault of a field', () => {
    expect(Object.keys(en.sentences)).toEqual(KEYS);
    for (const [code, { detail }] of Object.entries(ERROR_ROWS))
      expect(en.sentences[code as SentenceKey]).toBe(detail);
  });

  it('are each said for one thing alone, so that a sentence tells which it is', () => {
    expect(new Set(Object.values(en.sentences)).size).toBe(KEYS.length);
  });

  it('are nowhere else in core: what a body says of a field comes from the table', () => {
    const files = globSync('**/*.ts', { cwd: SOURCE }).filter((file) => !file.startsWith('translations'));
    const loose = files.filter((file) =>
      /\b(?:fields: \{[^}]*:|detail:|faults\[\w+\] =)\s*'[A-Z]/.test(readFileSync(SOURCE + file, 'utf8')),
    );
    // What a store warns an app of, and the table itself.
    const known = ['backends/store-promises.ts', 'errors/error-rows.ts', 'memory.ts', 'openapi/schemas.ts'];
    expect(loose.filter((file) => !known.includes(file))).toEqual([]);
  });
});

describe.each(SHARED_WORDS.map(([catalogue, ...words]) => ({ catalogue, words, name: catalogue.language })))(
  'the sentences in $name',
  ({ catalogue, words }) => {
    const { language, sentences } = catalogue;
    const isEast = ['ja', 'zh-Hans'].includes(language);

    it('are all of the table, in its order', () => {
      expect(Object.keys(sentences)).toEqual(KEYS);
    });

    it.each(KEYS)('say %s in words of the language alone', (key) => {
      const sentence = sentences[key];
      const english = wordsOf(sentence).filter((word) => ENGLISH_WORDS.has(word) && !words.includes(word));
      expect(english).toEqual([]);
      if (isEast)
        expect(wordsOf(sentence).filter((word) => /^\w+$/.test(word) && !words.includes(word))).toEqual([]);
    });

    it.each(KEYS)('say %s as one line that is a sentence', (key) => {
      const sentence = sentences[key];
      expect(sentence).toMatch(isEast ? /^[^\n\r.,!?]+。$/ : /^\p{Lu}[^\n\r]*\p{L}\.$/u);
      expect(sentence).toBe(sentence.normalize('NFC').trim());
      expect(sentence).not.toMatch(/ {2}|'|"/);
      expect(placeholdersOf(sentence)).toEqual(placeholdersOf(en.sentences[key]));
    });

    it('say no two things alike', () => {
      expect(new Set(Object.values(sentences)).size).toBe(KEYS.length);
    });

    it('cannot be changed', () => {
      expect(Object.isFrozen(catalogue) && Object.isFrozen(sentences)).toBe(true);
    });
  },
);
