import { FEEDS, type FeedCost, LIMITS, STORES } from './costs.ts';
import type { Scenario } from './scenario.ts';
import { simulateDay, TICK_SECONDS, type Tick } from './simulate-day.ts';
import { summarize } from './summarize.ts';

/** Of what a server can do, as much as it should have to do at the peak. */
const USABLE = 0.5;
const GB = 1e9;
const MB = 1e6;

/** The day, the same with other settings, the stores and the limit of the feed, as Markdown. */
export function capacityReport(scenario: Scenario): string {
  const { ticks } = simulateDay(scenario);
  const tables = [
    dayTable(scenario, ticks),
    variantTable(scenario),
    storeTable(scenario, ticks),
    limitTable(scenario),
  ];
  return tables.join('\n\n');
}

function dayTable({ nodes }: Scenario, ticks: readonly Tick[]): string {
  const measures: readonly (readonly [name: string, of: (tick: Tick) => number])[] = [
    ['guarded requests', ({ requests }) => requests],
    ['refreshes', ({ refreshes }) => refreshes],
    ['refreshes that are 503 for the failover, and come again', ({ refused }) => refused],
    ['calls of the store', ({ storeCalls }) => storeCalls],
    ['logouts = entries that each node hears', ({ logouts }) => logouts],
    ['entries that all nodes hear together', ({ heardByNode }) => heardByNode * nodes],
    ['entries that all read again together', ({ rereadByNode }) => rereadByNode * nodes],
    ...FEEDS.flatMap((feed) => [
      [`feed out of ${feed.name}, MB`, (tick: Tick) => feedBytes(feed, nodes, tick) / MB] as const,
      [`feed, questions to ${feed.name}`, (tick: Tick) => feedQuestions(feed, nodes, tick)] as const,
    ]),
    ['feed in memory of a node, MB (not a second)', ({ feedBytesOfNode }) => feedBytesOfNode / MB],
  ];
  const rows = measures.map(([name, of]) => {
    const { median, p99, peak } = summarize(ticks.map(of));
    return [name, ...[median, p99, peak].map(round)];
  });
  return markdown(['a second', 'median', 'p99', 'peak'], rows);
}

function variantTable(scenario: Scenario): string {
  const variants: readonly (readonly [name: string, changes: Partial<Scenario>])[] = [
    ['as above', {}],
    ['nothing goes wrong', { massLogoutShare: 0, failoverSeconds: 0 }],
    ['the mass logout takes 20 minutes', { massLogoutSeconds: 1_200 }],
    ['`access.ttl` and `access.maxLife` 15 minutes', { accessTtl: 900, accessMaxLife: 900 }],
    ['`access.maxLife` 24 hours, the default', { accessMaxLife: Math.max(scenario.accessTtl, 86_400) }],
  ];
  const rows = variants.map(([name, changes]) => [name, ...variantCells({ ...scenario, ...changes })]);
  const head = ['peaks a second', 'refreshes', 'calls of the store', 'feed out of Redis, MB'];
  return markdown([...head, 'feed in memory of a node, MB', 'feed down in the day, s'], rows);
}

function variantCells(scenario: Scenario): readonly string[] {
  const { ticks } = simulateDay(scenario);
  const [redis] = FEEDS;
  const peak = (of: (tick: Tick) => number): number => summarize(ticks.map(of)).peak;
  return [
    peak(({ refreshes }) => refreshes),
    peak(({ storeCalls }) => storeCalls),
    peak((tick) => feedBytes(redis, scenario.nodes, tick) / MB),
    peak(({ feedBytesOfNode }) => feedBytesOfNode / MB),
    ticks.filter(({ isFeedDown }) => isFeedDown).length * TICK_SECONDS,
  ].map(round);
}

function feedQuestions(feed: FeedCost, nodes: number, tick: Tick): number {
  return nodes * (feed.idleQuestions + askedForEntries(feed, tick));
}

/** A watcher that hears of several entries meanwhile asks once for all of them. */
function askedForEntries({ entryQuestions }: FeedCost, { heardByNode }: Tick): number {
  return Math.min(heardByNode, entryQuestions);
}

function feedBytes(feed: FeedCost, nodes: number, tick: Tick): number {
  const entries = tick.heardByNode * feed.entryBytes + tick.rereadByNode * feed.rereadBytes;
  return nodes * (feed.idleBytes + askedForEntries(feed, tick) * feed.questionBytes + entries);
}

function storeTable({ sessions }: Scenario, ticks: readonly Tick[]): string {
  const { peak } = summarize(ticks.map(({ refreshes }) => refreshes));
  const rows = STORES.map(({ name, bytesPerSession, refreshes, spreads }) => [
    spreads ? name : `${name} (one server writes)`,
    round(bytesPerSession),
    round((sessions * bytesPerSession) / GB),
    round(refreshes),
    round(Math.ceil(peak / (refreshes * USABLE))),
  ]);
  const head = [
    'store',
    'bytes a session',
    'GB',
    'refreshes a second of a server',
    'servers for the peak, each at half of that',
  ];
  return markdown(head, rows);
}

function limitTable({ accessTtl }: Scenario): string {
  const rows = [...new Set([accessTtl, 900, 3_600, 86_400])].map((maxLife) => {
    const hold = maxLife + LIMITS.beyondLifeSeconds;
    return [round(maxLife), round(hold), round(LIMITS.ids / hold), round((LIMITS.ids / hold) * 86_400)];
  });
  const head = [
    '`access.maxLife`, s',
    'an id is held for, s',
    'full at logouts a second',
    'at logouts a day',
  ];
  return markdown(head, rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Three digits: the model knows no more. */
function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 2 });
}
