import {
  LINE_HEIGHT,
  type PlacedParticipant,
  type PlacedSequence,
  type PlacedStep,
  placeSequence,
  widthOf,
} from './place-sequence.ts';
import { readSequence, type Sequence, type Step } from './read-sequence.ts';
import { sizeClass } from './size-class.ts';

type Message = Extract<Step, { kind: 'message' }>;
type Note = Extract<Step, { kind: 'note' }>;

/** Boxes are as wide as the picture, less this much for each box around them. */
const INSET = 6;

/** A sequence diagram as SVG with its words below, for those who do not see it. Its colours come from the page's style sheet. */
export function drawSequence(source: string): string {
  const sequence = readSequence(source);
  const placed = placeSequence(sequence);
  const { width, height } = placed;
  const heads = placed.participants.map((participant) => head(participant, height));
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    // A picture that is wider than the page scrolls, also by keys.
    `<figure class="picture" tabindex="0" role="group" aria-label="${escapeXml(sequence.title)}">`,
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeXml(sequence.description)}" class="${sizeClass(width)}" ${size}>`,
    ...heads,
    ...boxes(placed),
    ...placed.steps.flatMap((step) => draw(step, placed)),
    '</svg>',
    `<figcaption>${escapeXml(sequence.title)}</figcaption>`,
    `<details><summary>In words</summary><ol>${inWords(sequence)}</ol></details>`,
    '</figure>\n',
  ].join('');
}

function head({ x, width, label, isPerson }: PlacedParticipant, height: number): string {
  const corner = isPerson ? 17 : 4;
  return [
    `<line class="picture-life" x1="${round(x)}" y1="46" x2="${round(x)}" y2="${round(height - 8)}"/>`,
    `<rect class="picture-box" x="${round(x - width / 2)}" y="10" width="${round(width)}" height="34" rx="${corner}"/>`,
    text(x, 32, [label], 'picture-name'),
  ].join('');
}

function draw(placed: PlacedStep, picture: PlacedSequence): readonly string[] {
  const { step } = placed;
  if (step.kind === 'message')
    return [step.from === step.to ? ownMessage(step, placed, picture) : message(step, placed, picture)];
  return step.kind === 'note' ? [note(step, placed, picture)] : [];
}

function message(step: Message, { y, lines }: PlacedStep, picture: PlacedSequence): string {
  const [from, to] = [columnOf(step.from, picture), columnOf(step.to, picture)];
  const way = Math.sign(to - from);
  // What is lost stops before it arrives.
  const end = step.isLost ? to - way * 36 : to - way * 2;
  const line = `<line class="picture-arrow${step.isAnswer ? ' picture-answer' : ''}" x1="${round(from)}" y1="${y}" x2="${round(end)}" y2="${y}"/>`;
  const tip = step.isLost ? cross(end, y) : arrow(end, y, way);
  return line + tip + text((from + to) / 2, y - lines.length * LINE_HEIGHT + 11, lines, 'picture-said');
}

function ownMessage(step: Message, { y, lines }: PlacedStep, picture: PlacedSequence): string {
  const x = columnOf(step.from, picture);
  const path = `<path class="picture-arrow" d="M${round(x)} ${y} h24 v14 h-22"/>`;
  return (
    path + arrow(x + 2, y + 14, -1) + text(x + 32, y - lines.length * LINE_HEIGHT + 20, lines, 'picture-left')
  );
}

function note({ first, last }: Note, { y, height, lines }: PlacedStep, picture: PlacedSequence): string {
  const [left, right] = [columnOf(first, picture), columnOf(last, picture)];
  const width = Math.max(right - left + 60, widthOf(lines) + 20);
  const middle = Math.max(width / 2 + 4, Math.min((left + right) / 2, picture.width - width / 2 - 4));
  const box = `<rect class="picture-note" x="${round(middle - width / 2)}" y="${y}" width="${round(width)}" height="${height}" rx="3"/>`;
  return box + text(middle, y + 20, lines);
}

/** The boxes of alt, opt, loop and par, with a broken line before each other case. */
function boxes({ width, steps }: PlacedSequence): readonly string[] {
  const open: PlacedStep[] = [];
  return steps.flatMap((placed) => {
    const { step, y, depth } = placed;
    const inset = 4 + depth * INSET;
    if (step.kind === 'begin') open.push(placed);
    if (step.kind === 'begin' || step.kind === 'else') {
      const label = `<text class="picture-case" x="${inset + 8}" y="${y + 8}">${escapeXml(`${step.word} ${step.text}`)}</text>`;
      const shift = 4 + (depth - 1) * INSET;
      return step.kind === 'begin'
        ? [label]
        : [
            `<line class="picture-life" x1="${shift}" y1="${y - 8}" x2="${round(width - shift)}" y2="${y - 8}"/>`,
            label,
          ];
    }
    const begun = step.kind === 'end' ? open.pop() : undefined;
    if (begun === undefined) return [];
    return [
      `<rect class="picture-frame" x="${inset}" y="${begun.y - 8}" width="${round(width - 2 * inset)}" height="${round(y - begun.y + 4)}" rx="3"/>`,
    ];
  });
}

function inWords({ participants, steps }: Sequence): string {
  const nameOf = (id: string): string =>
    participants.find((participant) => participant.id === id)?.label ?? id;
  return steps
    .flatMap((step) => {
      if (step.kind === 'end') return [];
      if (step.kind === 'note') return [step.text];
      if (step.kind !== 'message') return [`${step.word}: ${step.text}`];
      const whom = step.from === step.to ? nameOf(step.from) : `${nameOf(step.from)} to ${nameOf(step.to)}`;
      return [`${whom}: ${step.text}${step.isLost ? ' (lost on the way)' : ''}`];
    })
    .map((words) => `<li>${escapeXml(words)}</li>`)
    .join('');
}

function columnOf(id: string, { participants }: PlacedSequence): number {
  return participants.find((participant) => participant.id === id)?.x ?? 0;
}

function arrow(x: number, y: number, way: number): string {
  return `<path class="picture-tip" d="M${round(x)} ${y} l${-9 * way} -4 v8 z"/>`;
}

function cross(x: number, y: number): string {
  return `<path class="picture-lost" d="M${round(x - 5)} ${y - 5} l10 10 m0 -10 l-10 10"/>`;
}

function text(x: number, y: number, lines: readonly string[], name = 'picture-text'): string {
  const rows = lines.map(
    (line, index) =>
      `<tspan x="${round(x)}" y="${round(y + index * LINE_HEIGHT)}">${escapeXml(line)}</tspan>`,
  );
  return `<text class="${name}">${rows.join('')}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Curly brackets too: in a page they would be Vue's. */
function escapeXml(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('{', '&#123;');
}
