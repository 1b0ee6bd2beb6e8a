/**
 * The path that a request has below the mount point, its segments as they came: Fastify has decoded them to find the route, other frameworks
 * do not. The names are those of the route, since the app may match them without case.
 *
 * @param mount where the routes are, such as `/api/token`; it may have parameters of the app's
 * @param route the path that was found below it, such as `/refresh` or `/sessions/:id`
 * @param url the request target
 * @returns `undefined` for a target that is this route only when decoded, or only at its end
 */
export function pathAsItCame(mount: string, route: string, url: string): string | undefined {
  const [target = ''] = url.split(/[?#]/, 1);
  const hasSlash = target.endsWith('/');
  const names = segmentsOf(route);
  const given = (hasSlash ? target.slice(0, -1) : target).split('/');
  const below = given.splice(given.length - names.length);
  const isRoute = areNamed(segmentsOf(mount), segmentsOf(given.join('/'))) && areNamed(names, below);
  if (!isRoute || names.length === 0) return isRoute ? '/' : undefined;
  const path = names.map((name, at) => (name === ':id' ? below[at] : name)).join('/');
  return `/${path}${hasSlash ? '/' : ''}`;
}

/** Without the empty ones: an app may have Fastify take several slashes as one. */
function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** A parameter takes any segment. */
function areNamed(names: readonly string[], given: readonly string[]): boolean {
  return (
    names.length === given.length &&
    names.every((name, at) => /[:*]/.test(name) || name.toLowerCase() === given[at]?.toLowerCase())
  );
}
