/**
 * A `Vary` with more names: those it has stay, none comes twice, and `*` stays alone.
 *
 * @param current the value so far, of several lines a list
 * @see RFC 9110 §12.5.5
 */
export function mergeVary(current: string | readonly string[] | null | undefined, more: string): string {
  if (current === undefined || current === null || current === '') return more;
  const present = namesOf([current].flat().join(','));
  if (present.includes('*')) return '*';
  const known = new Set(present.map((name) => name.toLowerCase()));
  return [...present, ...namesOf(more).filter((name) => !known.has(name.toLowerCase()))].join(', ');
}

function namesOf(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
