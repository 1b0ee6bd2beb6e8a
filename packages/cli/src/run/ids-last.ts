const ID = /^-[\w-]{21}$/;

/**
 * Puts a session's id behind `--` where it begins with a hyphen, as one in 64 does (22 characters of base64url): the parser would take
 * it for an option.
 */
export function idsLast(args: readonly string[]): readonly string[] {
  if (args[0] !== 'sessions' || args[1] !== 'revoke' || args.includes('--')) return args;
  const isId = (arg: string, n: number): boolean => ID.test(arg) && !takesValue(args[n - 1] ?? '');
  return [...args.filter((arg, n) => !isId(arg, n)), '--', ...args.filter(isId)];
}

function takesValue(option: string): boolean {
  return option.startsWith('--') && option !== '--json' && !option.includes('=');
}
