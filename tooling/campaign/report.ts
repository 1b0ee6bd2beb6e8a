/** One thing that had to hold, and where it did not. */
export interface Check {
  readonly name: string;
  /** Each says what happened, with as much of the history as it takes to understand it. Empty when all is well. */
  readonly failures: readonly string[];
}

export type Row = Readonly<Record<string, string | number>>;

/** What came of a campaign, or of a part of one. */
export interface CampaignReport {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly checks: readonly Check[];
}

const SHOWN_FAILURES = 5;

/** A report as text: its table, then every check that failed. */
export function formatReport({ title, rows, checks }: CampaignReport): string {
  const failed = checks.filter(({ failures }) => failures.length > 0);
  return [`\n${title}`, formatTable(rows), ...failed.map(formatFailure)].filter(Boolean).join('\n');
}

function formatFailure({ name, failures }: Check): string {
  const shown = failures.slice(0, SHOWN_FAILURES).map((failure) => `  ${failure.replaceAll('\n', '\n  ')}`);
  const more = failures.length > SHOWN_FAILURES ? [`  and ${failures.length - SHOWN_FAILURES} more`] : [];
  return [`FAILED: ${name} (${failures.length})`, ...shown, ...more].join('\n');
}

/** Columns by the names of all rows, numbers to the right. */
export function formatTable(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return '';
  const columns = names.map((name) => {
    const cells = rows.map((row) => row[name] ?? '');
    const isNumber = cells.some((cell) => typeof cell === 'number');
    const texts = [name, ...cells.map(String)];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => (isNumber ? text.padStart(width) : text.padEnd(width)));
  });
  const lines = [names, ...rows].map((_, line) => columns.map((column) => column[line]).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The last line of a run. */
export function formatTally(reports: readonly CampaignReport[]): { line: string; failed: number } {
  const checks = reports.flatMap((report) => report.checks);
  const failed = checks.filter(({ failures }) => failures.length > 0).length;
  return { line: `${checks.length - failed} passed, ${failed} failed`, failed };
}
