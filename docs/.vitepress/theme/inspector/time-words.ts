const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit & string, seconds: number])[] = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** Last moment that a Date can hold, in seconds. */
const LAST = 8_640_000_000_000;

/** A time of a claim, by the calendar, in UTC. */
export function absolute(seconds: number): string {
  if (!(Math.abs(seconds) <= LAST)) return 'a time that no calendar holds';
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' });
  return format.format(seconds * 1000);
}

/** A time of a claim as seen from now: `in 4 minutes`, `3 days ago`. */
export function relative(seconds: number, now: number): string {
  const away = seconds - now;
  if (Math.abs(away) < 1) return 'now';
  const [unit, length] = unitOf(away);
  const count = Math.trunc(away / length);
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(count, unit);
}

/** A length of time: `5 minutes`, `1 day`. */
export function durationOf(seconds: number): string {
  const [unit, length] = unitOf(seconds);
  const count = Math.trunc((seconds / length) * 10) / 10;
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

function unitOf(seconds: number): readonly [Intl.RelativeTimeFormatUnit & string, number] {
  return UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
}
