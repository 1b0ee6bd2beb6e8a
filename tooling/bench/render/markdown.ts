import type { Environment } from '../environment.ts';
import type { Figure, Ratio } from '../figures.ts';
import type { Results } from '../results.ts';
import { formatNumber, formatQuantity, formatTarget, formatVerdict } from './format.ts';

/** The whole result as a page: where it comes from, what had to hold, and every figure. */
export function renderMarkdown({ date, environment, figures, pace, ratios }: Results): string {
  const groups = [...new Set(figures.map(({ group }) => group))];
  const missed = ratios.filter(({ holds }) => holds === false).length;
  const judged = ratios.filter(({ holds }) => holds !== undefined).length;
  return `${[
    '# Benchmark results',
    `${date.slice(0, 10)}, ${pace} run. ${judged - missed} of ${judged} targets hold.`,
    ...renderEnvironment(environment),
    '## Ratios',
    'Each is the median of the ratios within one round. Only these carry over to other machines.',
    renderRatios(ratios),
    ...groups.flatMap((group) => [
      `## Figures: ${group}`,
      renderFigures(figures.filter((figure) => figure.group === group)),
    ]),
  ].join('\n\n')}\n`;
}

function renderEnvironment(environment: Environment): string[] {
  const { cores, cpu, load, node, openssl, system, versions } = environment;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Node ${node} (OpenSSL ${openssl}), ${system}, ${cores} cores of ${cpu}, load ${formatNumber(load)} at the start.`,
    `${names.join(', ')}.`,
  ];
}

function renderRatios(ratios: readonly Ratio[]): string {
  // Groups that measure the same of several things give one name to each.
  const isAlone = ({ name }: Ratio): boolean => ratios.filter((other) => other.name === name).length === 1;
  return table(
    ['what', 'value', 'target', 'verdict', 'note'],
    'lrlll',
    ratios.map((ratio) => [
      isAlone(ratio) ? ratio.name : `${ratio.group}: ${ratio.name}`,
      formatNumber(ratio.value),
      formatTarget(ratio),
      formatVerdict(ratio),
      ratio.note ?? '',
    ]),
  );
}

function renderFigures(figures: readonly Figure[]): string {
  return table(
    ['what', 'median', 'best', 'spread', 'samples'],
    'lrrrr',
    figures.map(({ best, median, name, samples, spread, unit }) => [
      name,
      formatQuantity(median, unit),
      formatQuantity(best, unit),
      `${Math.round(spread * 100)} %`,
      `${samples}`,
    ]),
  );
}

function table(head: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const rule = Array.from(align, (side) => (side === 'r' ? '--:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
