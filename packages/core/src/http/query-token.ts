import { BadAuthorizationHeaderError } from '../errors/errors.ts';
import { onePart } from './header-token.ts';

/**
 * The token of a parameter of the query; `undefined` when there is none of that name.
 *
 * @param url the request target or the whole URL
 * @throws BadAuthorizationHeaderError for two of that name, one without a value, and one with a blank in it
 * @see RFC 6750 §2.3
 */
export function readQueryToken(url: string, name: string): string | undefined {
  const values = new URLSearchParams(queryOf(url)).getAll(name);
  if (values.length > 1) throw new BadAuthorizationHeaderError();
  return values[0] === undefined ? undefined : onePart(values[0]);
}

function queryOf(url: string): string {
  const [target = ''] = url.split('#', 1);
  const at = target.indexOf('?');
  return at === -1 ? '' : target.slice(at + 1);
}
