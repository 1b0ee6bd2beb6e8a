import { headerValues } from '../http/headers.ts';

/**
 * All values of a cookie, by its exact name, from every `Cookie` line. Only spaces and tabs are trimmed: a name behind any
 * other blank is another name (RFC 6265 §5.4 has none, browsers and proxies differ).
 */
export function cookieValues(rawHeaders: readonly string[], name: string): readonly string[] {
  return headerValues(rawHeaders, 'cookie')
    .flatMap((line) => line.split(';'))
    .map(trimBlanks)
    .filter((pair) => pair.startsWith(name) && pair[name.length] === '=')
    .map((pair) => pair.slice(name.length + 1));
}

/** By hand: a pattern for blanks at the end looks at every run of them on the way. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}
