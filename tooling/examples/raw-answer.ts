/** An answer as it came over the connection. */
export interface RawAnswer {
  readonly status: number;
  /** Name in lower case and value, in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Takes the answers out of what a server sent, in latin1. */
export function readAnswers(
  text: string,
  methods: readonly string[],
): { readonly answers: readonly RawAnswer[]; readonly rest: string } {
  const answers: RawAnswer[] = [];
  let rest = text;
  let final = 0;
  for (;;) {
    const read = readAnswer(rest, methods[final]);
    if (read === undefined) return { answers, rest };
    answers.push(read.answer);
    rest = rest.slice(read.length);
    if (read.answer.status >= 200) final++;
  }
}

export function headerOf({ headers }: RawAnswer, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

function readAnswer(
  text: string,
  method: string | undefined,
): { readonly answer: RawAnswer; readonly length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const head = { status, headers, body: '' };
  const length = method === 'HEAD' || status < 200 || status === 204 || status === 304 ? 0 : bodyLength(head);
  const bodyAt = end + 4;
  if (text.length < bodyAt + length) return undefined;
  return {
    answer: { ...head, body: text.slice(bodyAt, bodyAt + length) },
    length: bodyAt + length,
  };
}

/** No example sends a chunked body; one that did would leave bytes over. */
function bodyLength(answer: RawAnswer): number {
  return Number(headerOf(answer, 'content-length') ?? 0);
}
