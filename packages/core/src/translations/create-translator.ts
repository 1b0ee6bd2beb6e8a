import { assertOptions, assertText, invalidType, invalidValue } from '../config/check.ts';
import type { Translation, Translator } from '../errors/translation.ts';
import { parseAcceptLanguage } from './accept-language.ts';
import type { Catalogue, SentenceKey } from './catalogue.ts';
import { en } from './en.ts';
import { createLanguageTable } from './language-table.ts';

/** Options of {@link createTranslator}. */
export interface TranslatorOptions {
  /** The languages beside English; one of English takes the place of core's own sentences. */
  readonly catalogues: readonly Catalogue[];
  /** What is spoken where a request wants no language that is there, or says nothing: a tag of one of them. @default 'en' */
  readonly default?: string;
}

/**
 * Makes what `translate` of `createAuth`, `createVerifier` and `createSimpleJwtAuth` takes: for each refusal the language that the request's
 * `Accept-Language` wants most.
 *
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) that names the option; for a catalogue that lacks a sentence or has one too many,
 * too
 *
 * @example
 * ```ts
 * import { createTranslator } from '@tokenpair/core/translations';
 * import { de } from '@tokenpair/core/translations/de';
 * import { ja } from '@tokenpair/core/translations/ja';
 *
 * const translate = createTranslator({ catalogues: [de, ja] });
 * ```
 * @see RFC 9110 §12.5.4, RFC 4647 §3.4
 */
export function createTranslator(options: TranslatorOptions): Translator {
  assertOptions(options, 'options', ['catalogues', 'default']);
  const { catalogues, default: first = 'en' } = options;
  if (!Array.isArray(catalogues)) throw invalidType('options.catalogues must be a list of catalogues');
  const languages = new Map<string, Translation>();
  for (const [index, catalogue] of catalogues.entries()) {
    const translation = toTranslation(catalogue, `options.catalogues[${index}]`);
    if (languages.has(translation.language))
      throw invalidValue(`options.catalogues holds the language "${translation.language}" twice`);
    languages.set(translation.language, translation);
  }
  if (!languages.has('en')) languages.set('en', toTranslation(en, 'en'));
  const table = createLanguageTable(withFirst(languages, canonical(first, 'options.default')));
  return (acceptLanguage = '') => table.choose(parseAcceptLanguage(acceptLanguage));
}

function withFirst(
  languages: ReadonlyMap<string, Translation>,
  language: string,
): ReadonlyMap<string, Translation> {
  const first = languages.get(language);
  if (first === undefined) throw invalidValue('options.default must be the language of a catalogue, or en');
  return new Map([[language, first], ...languages]);
}

function toTranslation(catalogue: Catalogue, option: string): Translation {
  assertOptions(catalogue, option, ['language', 'sentences']);
  const { sentences } = catalogue;
  const language = canonical(catalogue.language, `${option}.language`);
  const keys = Object.keys(en.sentences) as SentenceKey[];
  assertOptions(sentences, `${option}.sentences`, keys);
  const said = new Map<string, string>();
  for (const key of keys) {
    if (!Object.hasOwn(sentences, key))
      throw invalidValue(
        `${option}.sentences (${language}) lacks "${key}"; spread the sentences of en before yours to have English where yours are missing`,
      );
    assertText(sentences[key], `${option}.sentences.${key}`);
    said.set(en.sentences[key], sentences[key]);
  }
  return Object.freeze({ language, say: (sentence: string) => said.get(sentence) ?? sentence });
}

/** A language tag in its usual case. */
function canonical(tag: unknown, option: string): string {
  assertText(tag, option);
  try {
    return new Intl.Locale(tag).baseName;
  } catch (cause) {
    throw invalidValue(`${option} must be a language tag, such as pt-BR`, cause);
  }
}
