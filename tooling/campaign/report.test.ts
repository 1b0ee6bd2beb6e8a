import { expect, it } from 'vitest';
import { formatReport, formatTable, formatTally } from './report.ts';

const GOOD = { name: 'good', failures: [] };
const BAD = { name: 'bad', failures: ['it broke'] };

it('writes rows under the names of all of them', () => {
  expect(
    formatTable([
      { store: 'redis', n: 5 },
      { store: 'sqlite', n: 12, more: 1 },
    ]),
  ).toBe(['store    n  more', 'redis    5', 'sqlite  12     1'].join('\n'));
});

it('shows what failed and why', () => {
  const text = formatReport({ title: 'chaos', rows: [], checks: [GOOD, BAD] });
  expect(text).toContain('FAILED: bad (1)\n  it broke');
  expect(text).not.toContain('good');
});

it('ends with the line that CI counts', () => {
  const report = { title: '', rows: [], checks: [GOOD, BAD] };
  expect(formatTally([report, report])).toEqual({ line: '2 passed, 2 failed', failed: 2 });
});
