/** How long a set is fresh at least, at most, and when its answer does not say. */
export interface FreshnessBounds {
  readonly minFreshMs: number;
  readonly maxFreshMs: number;
}

const UNSAID_MS = 600_000;

/** How long an answer is fresh by its `Cache-Control` and `Age` (RFC 9111 §4.2), held within bounds. */
export function freshFor(
  headers: { get(name: string): string | null },
  { minFreshMs, maxFreshMs }: FreshnessBounds,
): number {
  return Math.min(maxFreshMs, Math.max(minFreshMs, saidBy(headers)));
}

function saidBy(headers: { get(name: string): string | null }): number {
  const control = headers.get('cache-control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0;
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/i.exec(control)?.[1];
  if (maxAge === undefined) return UNSAID_MS;
  const age = /^\d+$/.exec(headers.get('age') ?? '')?.[0] ?? '0';
  return (Number(maxAge) - Number(age)) * 1_000;
}
