import { scopeWords } from '../session/scope.ts';

/** Scopes as issuers write them: a space-separated text (`scope`), or a list of texts (`scp` at Okta and Entra ID). */
export function scopesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return scopeWords(value);
  return value.filter((each): each is string => typeof each === 'string');
}
