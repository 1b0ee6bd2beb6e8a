/** The words of a space-separated scope (RFC 6749 §3.3). */
export function scopeWords(scope: unknown): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : [];
}

/** What of `wanted` was granted: a refresh never widens a scope (RFC 6749 §6). */
export function narrowScope(wanted: string, granted: string | undefined): string {
  const allowed = new Set(scopeWords(granted));
  return scopeWords(wanted)
    .filter((word) => allowed.has(word))
    .join(' ');
}
