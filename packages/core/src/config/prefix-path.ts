import { invalidType, invalidValue } from './check.ts';

/** The public path of a mount point, without slash at its end: empty for the root. @throws TypeError for what is no path */
export function prefixPath(prefix: unknown, name: string): string {
  if (typeof prefix !== 'string') throw invalidType(`${name} must be the public path of the token endpoints`);
  if (!/^\/(?!\/)[A-Za-z0-9._~!$&'()*+,=:@%/-]*$/.test(prefix))
    throw invalidValue(`${name} must be a URL path, such as /api/token`);
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === '/') end--;
  return prefix.slice(0, end);
}
