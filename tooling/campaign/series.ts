/** The middle value; 0 of none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `rank` per cent of the values do not pass; 0 of none. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * rank) / 100) - 1)] ?? 0;
}

/** By how much the typical value of the last third passes that of the middle third; the first is for warming up. */
export function growth(values: readonly number[]): { from: number; to: number; by: number } {
  const third = Math.floor(values.length / 3);
  const from = median(values.slice(third, 2 * third));
  const to = median(values.slice(2 * third));
  return { from, to, by: to - from };
}

/** The slope of the straight line nearest to the points, by least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  const [middleX, middleY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = mean(([x]) => (x - middleX) ** 2);
  return spread === 0 ? 0 : mean(([x, y]) => (x - middleX) * (y - middleY)) / spread;
}
