import type { ResolvedPlace } from '../config/token-places.ts';
import type { HeaderLine } from '../http/messages.ts';

const CACHE_CONTROL: HeaderLine = Object.freeze(['cache-control', 'private, no-store'] as const);
const VARY: HeaderLine = Object.freeze(['vary', 'Authorization, Cookie'] as const);

/** What a guarded answer carries whether or not the guard was optional: set before the handler runs, which may replace the former. */
export const GUARDED_HEADERS: readonly HeaderLine[] = Object.freeze([CACHE_CONTROL, VARY]);

/** The same of a guard that reads other headers too: its answers differ by them. */
export function guardedHeaders(places: readonly ResolvedPlace[]): readonly HeaderLine[] {
  const own = places.flatMap((place) => (place.kind === 'header' ? [place.name] : []));
  const more = own.filter((name) => name !== 'authorization');
  if (more.length === 0) return GUARDED_HEADERS;
  return Object.freeze([CACHE_CONTROL, Object.freeze(['vary', [VARY[1], ...more].join(', ')] as const)]);
}
