/**
 * The sentences of refusals in other languages than English: chosen by `Accept-Language`, from the catalogues of the subpaths or an app's own.
 *
 * @module
 */
export type { Translation, Translator } from './errors/translation.ts';
export type { Catalogue, SentenceKey, Sentences } from './translations/catalogue.ts';
export { createTranslator, type TranslatorOptions } from './translations/create-translator.ts';
export { en } from './translations/en.ts';
