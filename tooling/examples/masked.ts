import type { Exchange } from './raw-exchange.ts';

/** What differs from one login, key or second to the next, and what stands for it. */
const MASKS: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/\bey[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  [/("(?:id|session|sid|jti|kid|x|y)":")[^"]+"/g, '$1<id>"'],
  [/\bcsrf=[\w.-]+/g, 'csrf=<proof>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/("(?:exp|iat|auth_time)":)\d{10}\b/g, '$1<time>'],
  // A refresh token repeated within grace ends when it ended; a second may have passed.
  [/("refresh_expires_in":)86(?:400|39\d)\b/g, '$1<a day>'],
];

const MASKED_HEADERS: ReadonlySet<string> = new Set(['date', 'retry-after']);

/** Everything that a client sees of an exchange, fit to be compared: header lines sorted, connection and framing included. */
export function masked({ answers, rest, hung }: Exchange): object {
  return {
    answers: answers.map(({ status, headers, body }) => ({
      status,
      headers: headers
        .map(([name, value]) => `${name}: ${MASKED_HEADERS.has(name) ? '…' : mask(value)}`)
        .sort(),
      body: mask(body),
    })),
    rest: mask(rest),
    hung,
  };
}

function mask(text: string): string {
  return MASKS.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text);
}
