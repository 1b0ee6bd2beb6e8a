import { describe, expect, it } from 'vitest';
import type { Figure, Ratio } from '../figures.ts';
import type { Results } from '../results.ts';
import { renderComparisons } from './comparisons.ts';
import { formatNumber } from './format.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSvg } from './svg.ts';

const figure = (name: string, median: number): Figure => ({
  group: 'verify',
  name,
  unit: 'us',
  median,
  best: median / 2,
  spread: 0.125,
  samples: 61,
});
const RATIOS: Ratio[] = [
  { group: 'verify', name: 'HS256 | faster', value: 5.25, target: 5, holds: true, lowerIsBetter: false },
  { group: 'verify', name: 'over bare', value: 4, target: 3, holds: false, lowerIsBetter: true, note: 'why' },
  { group: 'verify', name: 'beside', value: 0.0123, lowerIsBetter: true },
  { group: 'verify', name: 'also beside', value: 7, lowerIsBetter: true },
];
const RESULTS: Results = {
  date: '2026-11-22T10:00:00.000Z',
  pace: 'full',
  environment: {
    node: '24.21.0',
    openssl: '3.5.8',
    system: 'Linux 6 x64',
    cpu: 'a processor',
    cores: 2,
    load: 0.5,
    versions: { jose: '6.2.17' },
  },
  figures: [figure('HS256: tokenpair', 8), figure('HS256: jose & <others>', 64), figure('alone', 1)],
  ratios: RATIOS,
};

describe('the page of results', () => {
  const page = renderMarkdown(RESULTS);

  it('says where and when, and how many targets hold', () => {
    expect(page).toContain('2026-11-22, full run. 1 of 2 targets hold.');
    expect(page).toContain(
      'Node 24.21.0 (OpenSSL 3.5.8), Linux 6 x64, 2 cores of a processor, load 0.500 at the start.',
    );
    expect(page).toContain('jose 6.2.17.');
  });

  it('has a row for each ratio, and says that a target is missed', () => {
    expect(page).toContain('| HS256 \\| faster | 5.25 | at least 5.00 | holds |  |');
    expect(page).toContain('| over bare | 4.00 | at most 3.00 | MISSED | why |');
    expect(page).toContain('| beside | 0.0123 | – |  |  |');
  });

  it('says of which group a ratio is where several have the name', () => {
    const ratio = { name: 'refresh', lowerIsBetter: true, value: 2 };
    const ratios = ['memory', 'sqlite'].map((group) => ({ ...ratio, group }));
    const rows = renderMarkdown({ ...RESULTS, ratios });
    expect(rows).toContain('| memory: refresh | 2.00 |');
    expect(rows).toContain('| sqlite: refresh | 2.00 |');
  });

  it('has a row for each figure', () => {
    expect(page).toContain('## Figures: verify');
    expect(page).toContain('| HS256: tokenpair | 8.00 µs | 4.00 µs | 13 % | 61 |');
  });
});

describe('the chart', () => {
  const svg = renderSvg(RESULTS.figures);

  it('is well-formed: what is text stays text', () => {
    expect(svg).toContain('jose &amp; &lt;others&gt;');
    expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws bars in proportion, and Tokenpair in a colour of its own', () => {
    const widths = Array.from(
      svg.matchAll(/width="([\d.]+)" height="16" fill="(#\w+)"/g),
      ([, width, fill]) => [Number(width), fill],
    );
    expect(widths).toEqual([
      [62.5, '#0b7285'],
      [500, '#adb5bd'],
      [500, '#adb5bd'],
    ]);
  });

  it('draws an overhead below nothing as nothing', () => {
    expect(renderSvg([figure('cpu: tokenpair', -3), figure('cpu: jose', 9)])).toContain('width="1.0"');
  });
});

it('numbers have three digits that count and no exponent', () => {
  expect([123_456, 12.34, 1.234, 0.01234, 0.000_012, 0, -3.456].map(formatNumber)).toEqual([
    '123456',
    '12.3',
    '1.23',
    '0.0123',
    '0.0000',
    '0',
    '-3.46',
  ]);
  expect(formatNumber(Number.NaN)).toBe('–');
});

it('a comparison prints each ratio with what it was and may be', () => {
  const comparisons = [
    { name: 'a', now: 4, committed: 5, tolerance: 0.25, passes: true },
    { name: 'b', now: 2, committed: 5, tolerance: 0.25, passes: false },
    { name: 'c', now: 2, committed: undefined, tolerance: 0.25, passes: true },
  ];
  expect(renderComparisons(comparisons, '2026-11-22T10:00:00.000Z').split('\n')).toEqual([
    'Compared with the result of 2026-11-22:',
    'passes  a: 5.00 -> 4.00 (tolerance 25 %)',
    'FAILED  b: 5.00 -> 2.00 (tolerance 25 %)',
    'new     c: 2.00',
  ]);
});
