import { type AddCommand, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { inline, printable } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { decodeToken } from '../token/decode-token.ts';
import { type Described, describeMembers, remarksOn } from '../token/describe-token.ts';
import { readToken } from '../token/read-token.ts';

const WARNING = 'NOT VERIFIED: anybody can write such a token. tokenpair verify says whether it is genuine.';

export const addDecode: AddCommand = (parent, act) => {
  leaf(parent, 'decode', 'show what a token says; it is not verified')
    .argument(
      '<token>',
      'the token, or - for standard input, which leaves no trace in the history of the shell',
    )
    .action((token: string) => act(async ({ io }) => decode(await readToken(token, io), io.now())));
};

function decode(token: string, now: number): Outcome {
  const decoded = decodeToken(token);
  const header = describeMembers(decoded.header, now);
  const payload = describeMembers(decoded.payload, now);
  const remarks = remarksOn(decoded, now);
  return {
    ok: true,
    data: {
      verified: false,
      header: decoded.header,
      payload: decoded.payload,
      times: Object.fromEntries(
        payload.filter(({ meaning }) => meaning).map((one) => [one.name, one.meaning]),
      ),
      remarks,
    },
    lines: (paint) => [
      paint('yellow', WARNING),
      ...remarks,
      '',
      paint('bold', 'header'),
      ...rows(header),
      paint('bold', 'payload'),
      ...rows(payload),
    ],
  };
}

function rows(members: readonly Described[]): readonly string[] {
  return table(
    members.map(({ name, value, meaning }) => ['', printable(name), inline(value), printable(meaning ?? '')]),
  );
}
