import type { Comparison } from '../check.ts';
import { formatNumber } from './format.ts';

/** One line for each ratio: what it was, what it is, and by how much it may be worse. */
export function renderComparisons(comparisons: readonly Comparison[], date: string): string {
  const lines = comparisons.map(({ committed, name, now, passes, tolerance }) => {
    if (committed === undefined) return `new     ${name}: ${formatNumber(now)}`;
    const change = `${formatNumber(committed)} -> ${formatNumber(now)} (tolerance ${tolerance * 100} %)`;
    return `${passes ? 'passes ' : 'FAILED '} ${name}: ${change}`;
  });
  return [`Compared with the result of ${date.slice(0, 10)}:`, ...lines].join('\n');
}
