import type { Figure, Ratio } from '../figures.ts';

const UNITS: Readonly<Record<Figure['unit'], string>> = { us: 'µs', 'ops/s': '/s', bytes: 'B', ms: 'ms' };

/** Three significant digits, without an exponent and without digits that say nothing. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}

export function formatQuantity(value: number, unit: Figure['unit']): string {
  return `${formatNumber(value)} ${UNITS[unit]}`;
}

/** `at least 5`, `at most 1.35`; a dash where nothing has to hold. */
export function formatTarget({ target, lowerIsBetter }: Ratio): string {
  if (target === undefined) return '–';
  return `${lowerIsBetter ? 'at most' : 'at least'} ${formatNumber(target)}`;
}

export function formatVerdict({ holds }: Ratio): string {
  return holds === undefined ? '' : holds ? 'holds' : 'MISSED';
}
