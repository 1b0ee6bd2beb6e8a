import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { FieldFault, RefusedRequest } from '../errors/sentences.ts';

/** What a sentence is for: the code of an error, a word of the OAuth 2 wire, or what is wrong with a field. */
export type SentenceKey = AuthErrorCode | RefusedRequest | FieldFault;

/** Every sentence of core in one language, each 1 to 255 characters. */
export type Sentences = Readonly<Record<SentenceKey, string>>;

/** One language. */
export interface Catalogue {
  /** A language tag (RFC 5646), as short as it can be: `de`, `pt-PT`, `zh-Hans`. */
  readonly language: string;
  readonly sentences: Sentences;
}
