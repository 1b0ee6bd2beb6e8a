/**
 * The path that a request has below the mount point, its segments as they came: Fastify has decoded them to find the route, other frameworks
 * do not. The names are those of the route, since the app may match them without case.
 *
 * @param route the path that was found, such as `/refresh` or `/sessions/:id`
 * @param url the request target
 * @returns `undefined` for a target that is this route only when decoded
 */
export function pathAsItCame(route: string, url: string): string | undefined {
  if (route === '/') return route;
  const [target = ''] = url.split(/[?#]/, 1);
  const hasSlash = target.endsWith('/');
  const names = route.slice(1).split('/');
  const given = (hasSlash ? target.slice(0, -1) : target).split('/').slice(-names.length);
  const isNamed = names.every((name, at) => name === ':id' || name === given[at]?.toLowerCase());
  if (!isNamed) return undefined;
  const path = names.map((name, at) => (name === ':id' ? given[at] : name)).join('/');
  return `/${path}${hasSlash ? '/' : ''}`;
}
