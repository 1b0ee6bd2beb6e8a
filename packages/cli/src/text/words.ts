/** Lengths of time and moments in words. @module */

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A length of time by its two greatest units: `'4 minutes 59 seconds'`, `'1 day 1 minute'`. */
export function lengthInWords(ms: number): string {
  let rest = ms;
  const parts = UNITS.flatMap(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [amount(count, name)];
  });
  return parts.slice(0, 2).join(' ') || 'less than a second';
}

/** A moment as seen from `now`: `'in 4 minutes'`, `'2 days 3 hours ago'`. */
export function momentInWords(at: number, now: number): string {
  const ms = Math.abs(at - now);
  if (ms < 1_000) return 'now';
  return at > now ? `in ${lengthInWords(ms)}` : `${lengthInWords(ms)} ago`;
}

/** A moment for a list: its ISO form with what it is from `now`. */
export function moment(at: number, now: number): string {
  return `${isoOf(at)}, ${momentInWords(at, now)}`;
}

/** ISO 8601 in UTC, to the second. */
export function isoOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `'1 session'`, `'2,000 sessions'`. */
export function amount(count: number, name: string): string {
  return `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`;
}

/** `'30s'`, `'5m'`, `'12h'`, `'30d'` or a number of seconds, in seconds; `undefined` for anything else. */
export function parseSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const match = typeof value === 'string' ? /^(\d{1,10})([smhd]?)$/.exec(value) : null;
  return match === null ? undefined : Number(match[1]) * (UNIT_SECONDS[match[2] || 's'] ?? Number.NaN);
}
