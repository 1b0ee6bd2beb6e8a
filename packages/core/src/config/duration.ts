import { invalidType, invalidValue } from './check.ts';

/** A length of time: a number of seconds, or text such as `'30s'`, `'5m'`, `'12h'`, `'30d'`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`;

const UNIT_SECONDS: Readonly<Record<string, number>> = Object.freeze({ s: 1, m: 60, h: 3600, d: 86_400 });

/** Bounds of a duration, in seconds, both included. */
export interface DurationBounds {
  readonly min: number;
  readonly max: number;
}

/** A duration in whole milliseconds. @throws TypeError when it is none or out of bounds. */
export function toMilliseconds(value: unknown, name: string, { min, max }: DurationBounds): number {
  const seconds = toSeconds(value, name);
  if (seconds < min || seconds > max) throw invalidValue(`${name} must be from ${min} to ${max} seconds`);
  return Math.round(seconds * 1000);
}

function toSeconds(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string')
    throw invalidType(`${name} must be a number of seconds or text such as '5m'`);
  const match = /^(\d{1,10})([smhd])$/.exec(value);
  if (match === null)
    throw invalidValue(`${name} must be a number of seconds or text such as '30s', '5m', '12h', '30d'`);
  return Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? Number.NaN);
}
