/**
 * Pieces of malformed requests.
 *
 * @module
 */
export type Random = () => number;

/** Letters of tokens, and others that have a meaning around them. None ends a header line, a cookie or a parameter. */
const LETTERS = 'abcXYZ019-_.=+/~!*\'"(){}[]<>@^`|\\%\u00e9\u00ff';

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** Any characters of one byte each, controls too. */
export function garbage(random: Random, longest = 40): string {
  const codes = Array.from({ length: below(random, longest) }, () => below(random, 256));
  return String.fromCharCode(...codes);
}

/** Characters that a header line may have. */
export function printable(random: Random, longest = 40): string {
  return garbage(random, longest).replace(/[^\t -~\u0080-\u00ff]/g, 'x');
}

/** A token with a fault: never the one it was made from, however it is cut out of where it stands. */
export function brokenToken(random: Random, token: string): string {
  const at = below(random, token.length);
  const letter = pick(random, [...LETTERS]);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const changed = pick(random, [
    () => token.slice(0, at) + letter + token.slice(at + 1),
    () => token.slice(0, at) + letter + token.slice(at),
    () => token.slice(0, at) + token.slice(at + 1 + below(random, 20)),
    () => token.slice(0, at),
    () => token + letter,
    () => `${token}.${token}`,
    () => `${header}.${payload}.`,
    () => `${header}.${payload}`,
    () =>
      `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.${pick(random, ['', signature])}`,
    () => `${payload}.${header}.${signature}`,
    () => token.toUpperCase(),
    () => `x${token}`,
    () => [...token].reverse().join(''),
    () => 'x'.repeat(below(random, 10_000)),
  ])();
  const cut = changed.split(/[;,\s]/, 1)[0];
  return cut === token || cut === '' ? `x${changed}` : changed;
}
