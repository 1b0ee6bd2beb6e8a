import { assertOptions, assertText, invalidValue } from '../config/check.ts';

/** Where the token endpoints are, on a server whose router does not take the mount point off the path. */
export interface RoutesOptions {
  /** What the paths of the endpoints begin with, such as `/api/token`. @default '/', for a server that has taken it off */
  readonly prefix?: string | undefined;
}

/**
 * Makes the function from a path to what it is below the prefix, `'/'` at its root; `undefined` for a path outside. A slash at the end of the
 * prefix makes no difference.
 *
 * @throws TypeError for options that are wrong: a prefix begins with a slash and has neither `?` nor `#`
 */
export function belowPrefix(options: RoutesOptions = {}): (path: string) => string | undefined {
  assertOptions(options, 'options', ['prefix']);
  const { prefix = '/' } = options;
  assertText(prefix, 'options.prefix');
  if (!prefix.startsWith('/') || /[?#]/.test(prefix))
    throw invalidValue('options.prefix must be a path that begins with a slash, such as /api/token');
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === '/') end--;
  const root = prefix.slice(0, end);
  return (path) => {
    if (path === root) return '/';
    return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
  };
}
