/**
 * A request's target (RFC 9112 §3.2) in the one spelling that every router reads alike: a path with its query. The authority of an absolute
 * target and a fragment go, and of slashes at the end of the path one stays. (Node itself refuses what is not ASCII.)
 */
export function plainTarget(target: string): string {
  const [whole = ''] = withoutAuthority(target).split('#', 1);
  const mark = whole.indexOf('?');
  const path = mark === -1 ? whole : whole.slice(0, mark);
  return oneSlashAtEnd(path) + whole.slice(path.length);
}

/** What is neither path nor URL (`*`) becomes a path that nobody has. */
function withoutAuthority(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** By hand: a pattern for a run at the end looks at every run on the way. */
function oneSlashAtEnd(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/' && path[end - 2] === '/') end--;
  return path.slice(0, end);
}
