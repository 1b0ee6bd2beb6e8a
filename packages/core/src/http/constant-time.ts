/** Whether two texts are equal, in a time that depends on the length of the first alone. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const encoder = new TextEncoder();
  const a = encoder.encode(given);
  const b = encoder.encode(expected);
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at % (b.length || 1)] ?? 0);
  return difference === 0;
}
