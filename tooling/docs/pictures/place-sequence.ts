import type { Participant, Sequence, Step } from './read-sequence.ts';

/** All lengths in units of the picture, which are CSS pixels at its natural size. */
export const LINE_HEIGHT = 18;
const LETTER = 7.1;
const LONGEST_LINE = 30;
const HEAD = 56;
const GAP = 22;
const EDGE = 12;

export interface PlacedParticipant extends Participant {
  readonly x: number;
  readonly width: number;
}

/** A step with its place: `y` is the line of a message, or the top of a box. */
export interface PlacedStep {
  readonly step: Step;
  readonly y: number;
  readonly height: number;
  readonly lines: readonly string[];
  /** Of a box: how many are around it. */
  readonly depth: number;
}

export interface PlacedSequence {
  readonly width: number;
  readonly height: number;
  readonly participants: readonly PlacedParticipant[];
  readonly steps: readonly PlacedStep[];
}

export function placeSequence({ participants, steps }: Sequence): PlacedSequence {
  const columns = placeColumns(participants, steps);
  const placed: PlacedStep[] = [];
  let y = HEAD + GAP;
  let depth = 0;
  for (const step of steps) {
    if (step.kind === 'end') depth -= 1;
    const lines = step.kind === 'end' ? [] : linesOf(step.text);
    const height = heightOf(step, lines.length);
    placed.push({
      step,
      y: step.kind === 'message' ? y + lines.length * LINE_HEIGHT : y,
      height,
      lines,
      depth,
    });
    if (step.kind === 'begin') depth += 1;
    y += height + (step.kind === 'end' ? GAP / 2 : GAP);
  }
  const last = columns.at(-1);
  return {
    width: last === undefined ? 0 : last.x + rightOf(last, steps),
    height: y + EDGE,
    participants: columns,
    steps: placed,
  };
}

export function widthOf(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => line.length)) * LETTER;
}

/** Breaks a text at spaces. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && joined.length <= LONGEST_LINE) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

function heightOf(step: Step, lines: number): number {
  if (step.kind === 'message') return lines * LINE_HEIGHT + (step.from === step.to ? LINE_HEIGHT : 4);
  if (step.kind === 'note') return lines * LINE_HEIGHT + 14;
  return step.kind === 'end' ? 0 : LINE_HEIGHT;
}

/** Each column as far from the one before as what is written between them needs. */
function placeColumns(
  participants: readonly Participant[],
  steps: readonly Step[],
): readonly PlacedParticipant[] {
  const placed: PlacedParticipant[] = [];
  for (const [index, participant] of participants.entries()) {
    const width = Math.max(84, widthOf([participant.label]) + 24);
    const before = placed.at(-1);
    const least = before === undefined ? EDGE + width / 2 : before.x + before.width / 2 + width / 2 + 28;
    const wanted = placed.map(({ x }, other) => x + needed(steps, participants, other, index));
    placed.push({ ...participant, width, x: Math.max(least, ...wanted) });
  }
  return placed;
}

/** How far two columns have to be apart for what is written from one to the other. */
function needed(
  steps: readonly Step[],
  participants: readonly Participant[],
  left: number,
  right: number,
): number {
  const at = (id: string): number => participants.findIndex((participant) => participant.id === id);
  const widths = steps.map((step) => {
    if (step.kind === 'message') {
      const [from, to] = [at(step.from), at(step.to)];
      const isBetween =
        Math.min(from, to) === left && (Math.max(from, to) === right || (from === to && right === left + 1));
      return isBetween ? widthOf(linesOf(step.text)) + (from === to ? 56 : 28) : 0;
    }
    if (step.kind !== 'note' || at(step.first) !== left || at(step.last) !== right) return 0;
    return left === right ? 0 : widthOf(linesOf(step.text)) - 40;
  });
  return Math.max(0, ...widths);
}

/** What the last column needs to its right. */
function rightOf(last: PlacedParticipant, steps: readonly Step[]): number {
  const own = steps.map((step) => {
    if (step.kind === 'message' && step.from === last.id && step.to === last.id)
      return widthOf(linesOf(step.text)) + 44;
    return step.kind === 'note' && step.last === last.id ? widthOf(linesOf(step.text)) / 2 + 24 : 0;
  });
  return Math.max(last.width / 2, ...own) + EDGE;
}
