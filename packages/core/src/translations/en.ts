import { type AuthErrorCode, ERROR_ROWS } from '../errors/error-rows.ts';
import { FIELD_SENTENCES, OAUTH2_SENTENCES } from '../errors/sentences.ts';
import type { Catalogue } from './catalogue.ts';

/** The sentences as core says them: what there is to translate, and what an app's own catalogue may be spread over. */
export const en: Catalogue = Object.freeze({
  language: 'en',
  sentences: Object.freeze({ ...detailsOf(), ...OAUTH2_SENTENCES, ...FIELD_SENTENCES }),
});

function detailsOf(): Readonly<Record<AuthErrorCode, string>> {
  const details = Object.entries(ERROR_ROWS).map(([code, { detail }]) => [code, detail]);
  return Object.fromEntries(details) as Readonly<Record<AuthErrorCode, string>>;
}
