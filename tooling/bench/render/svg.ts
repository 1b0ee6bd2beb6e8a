import type { Figure } from '../figures.ts';
import { formatQuantity } from './format.ts';

const WIDTH = 920;
const LABEL = 300;
const VALUE = 120;
const BAR = 16;
const STEP = 22;
const TITLE = 34;

/** Figures that are compared with one another: those of a group whose names begin alike, up to `': '`. */
interface Panel {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** A chart of bars, one panel for each comparison; Tokenpair's own stand out. */
export function renderSvg(figures: readonly Figure[]): string {
  const panels = toPanels(figures);
  let top = 10;
  const drawn = panels.map((panel) => {
    const text = drawPanel(panel, top);
    top += TITLE + panel.figures.length * STEP;
    return text;
  });
  const style = 'font-family="system-ui,sans-serif" font-size="12"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 10}" ${style}>
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
</svg>
`;
}

function toPanels(figures: readonly Figure[]): Panel[] {
  const panels = new Map<string, Figure[]>();
  for (const figure of figures) {
    const key = `${figure.group} ${topicOf(figure.name)} ${figure.unit}`;
    panels.set(key, [...(panels.get(key) ?? []), figure]);
  }
  return Array.from(panels.values(), (members) => ({
    title: [members[0]?.group, topicOf(members[0]?.name ?? '')].filter(Boolean).join(', '),
    figures: members,
  }));
}

function topicOf(name: string): string {
  return name.includes(': ') ? name.slice(0, name.indexOf(': ')) : '';
}

function drawPanel({ figures, title }: Panel, top: number): string {
  const largest = Math.max(...figures.map(({ median }) => median), Number.MIN_VALUE);
  const better = figures[0]?.unit === 'ops/s' ? 'higher is better' : 'lower is better';
  const head = `<text x="10" y="${top + 20}" font-weight="bold">${escapeText(title)} <tspan fill="#777" font-weight="normal">(${better})</tspan></text>`;
  const bars = figures.map((figure, at) => drawBar(figure, top + TITLE + at * STEP, largest));
  return [head, ...bars].join('\n');
}

function drawBar({ median, name, unit }: Figure, y: number, largest: number): string {
  const label = name.slice(name.includes(': ') ? name.indexOf(': ') + 2 : 0);
  const width = Math.max(1, (Math.max(0, median) / largest) * (WIDTH - LABEL - VALUE));
  const fill = /^@?tokenpair/.test(label) ? '#0b7285' : '#adb5bd';
  const text = y + BAR - 4;
  return `<text x="${LABEL - 8}" y="${text}" text-anchor="end">${escapeText(label)}</text><rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${fill}"/><text x="${(LABEL + width + 6).toFixed(1)}" y="${text}" fill="#333">${escapeText(formatQuantity(median, unit))}</text>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
