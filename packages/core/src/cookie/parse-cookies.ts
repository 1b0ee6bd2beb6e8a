import { headerValues } from '../http/headers.ts';

/**
 * All values of a cookie, by its exact name, from every `Cookie` line. Only spaces and tabs are trimmed: a name behind any
 * other blank is another name (RFC 6265 §5.4 has none, browsers and proxies differ).
 */
export function cookieValues(rawHeaders: readonly string[], name: string): readonly string[] {
  return headerValues(rawHeaders, 'cookie')
    .flatMap((line) => line.split(';'))
    .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((pair) => pair.startsWith(name) && pair[name.length] === '=')
    .map((pair) => pair.slice(name.length + 1));
}
