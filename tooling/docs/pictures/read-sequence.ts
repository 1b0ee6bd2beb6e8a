/** Somebody or something with a line of its own in the picture. */
export interface Participant {
  readonly id: string;
  readonly label: string;
  readonly isPerson: boolean;
}

export type Step =
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly isAnswer: boolean;
      /** It does not arrive. */
      readonly isLost: boolean;
    }
  | { readonly kind: 'note'; readonly first: string; readonly last: string; readonly text: string }
  | { readonly kind: 'begin' | 'else'; readonly word: string; readonly text: string }
  | { readonly kind: 'end' };

export interface Sequence {
  readonly title: string;
  readonly description: string;
  readonly participants: readonly Participant[];
  readonly steps: readonly Step[];
}

type Read = (match: readonly string[]) => Partial<Pick<Sequence, 'title' | 'description'>> & {
  readonly participant?: Participant;
  readonly step?: Step;
};

const LINES: readonly (readonly [RegExp, Read])[] = [
  [/^accTitle: (.+)$/, ([, title = '']) => ({ title })],
  [/^accDescr: (.+)$/, ([, description = '']) => ({ description })],
  [
    /^(participant|actor) (\w+)(?: as (.+))?$/,
    ([, word, id = '', label = id]) => ({ participant: { id, label, isPerson: word === 'actor' } }),
  ],
  [
    /^(\w+)(--?)(>>|x)(\w+): (.+)$/,
    ([, from = '', line, head, to = '', text = '']) => ({
      step: { kind: 'message', from, to, text, isAnswer: line === '--', isLost: head === 'x' },
    }),
  ],
  [
    /^Note over (\w+)(?:,(\w+))?: (.+)$/,
    ([, first = '', last = first, text = '']) => ({ step: { kind: 'note', first, last, text } }),
  ],
  [/^(alt|opt|loop|par) (.+)$/, ([, word = '', text = '']) => ({ step: { kind: 'begin', word, text } })],
  [/^(else|and) (.+)$/, ([, word = '', text = '']) => ({ step: { kind: 'else', word, text } })],
  [/^end$/, () => ({ step: { kind: 'end' } })],
];

/**
 * Reads the part of Mermaid's sequence diagrams that the pages use. GitHub draws the same text by itself.
 *
 * @throws Error for anything else, for names that are not declared, and for a picture without `accTitle` and `accDescr`
 */
export function readSequence(source: string): Sequence {
  const [first = '', ...lines] = source
    .trim()
    .split('\n')
    .map((line) => line.trim());
  if (first !== 'sequenceDiagram')
    throw new Error(`only sequence diagrams are drawn, not ${first}; draw others as SVG`);
  const parts = lines.filter((line) => line !== '').map(readLine);
  const title = parts.find((part) => part.title)?.title;
  const description = parts.find((part) => part.description)?.description;
  if (title === undefined || description === undefined)
    throw new Error('a picture needs accTitle and accDescr, for those who do not see it');
  const participants = parts.flatMap(({ participant }) => participant ?? []);
  const steps = parts.flatMap(({ step }) => step ?? []);
  for (const name of steps.flatMap(namesOf))
    if (!participants.some(({ id }) => id === name)) throw new Error(`nobody is declared as ${name}`);
  const depth = steps.reduce((open, { kind }) => open + Number(kind === 'begin') - Number(kind === 'end'), 0);
  if (depth !== 0) throw new Error('alt, opt, loop and par need an end each');
  return { title, description, participants, steps };
}

/** @returns why the site could not draw it; nothing where it can */
export function sequenceProblems(source: string): readonly string[] {
  try {
    readSequence(source);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function readLine(line: string): ReturnType<Read> {
  for (const [pattern, read] of LINES) {
    const match = pattern.exec(line);
    if (match !== null) return read(match);
  }
  throw new Error(`this line is not known: ${line}`);
}

function namesOf(step: Step): readonly string[] {
  if (step.kind === 'message') return [step.from, step.to];
  return step.kind === 'note' ? [step.first, step.last] : [];
}
