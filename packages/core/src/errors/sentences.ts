/**
 * The fixed English sentences of error bodies that are no code's own; those of the codes are in their rows.
 *
 * @module
 */

/** What is wrong with a field. */
export type FieldFault = 'field_required' | 'field_not_text' | 'field_not_flag' | 'field_refused';

/** What the OAuth 2 wire has a word for, and elsewhere is an `invalid_request`. */
export type RefusedRequest = 'unsupported_grant_type' | 'invalid_scope';

/** The values of `fields`. */
export const FIELD_SENTENCES: Readonly<Record<FieldFault, string>> = Object.freeze({
  field_required: 'This field is required.',
  field_not_text: 'This field must be a non-empty string.',
  field_not_flag: 'This field must be true or false.',
  field_refused: 'This field must not be sent; the token is in a cookie.',
});

/** `detail` of what is refused with a word of the OAuth 2 wire's own. */
export const OAUTH2_SENTENCES: Readonly<Record<RefusedRequest, string>> = Object.freeze({
  unsupported_grant_type: 'This grant type is not supported here.',
  invalid_scope: 'The scope is malformed or wider than what was granted.',
});
