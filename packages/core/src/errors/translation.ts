/** One language that error bodies may be in. */
export interface Translation {
  /** A language tag (RFC 5646), for `Content-Language`. */
  readonly language: string;
  /** A fixed English sentence of core in this language; any other sentence as it is. */
  say(sentence: string): string;
}

/**
 * Chooses the language of an error body by the request's `Accept-Language`, `undefined` where that is missing. Made by `createTranslator` of
 * `@tokenpair/core/translations`; asked once for each refusal, it must answer at once and never throw.
 */
export type Translator = (acceptLanguage: string | undefined) => Translation;
