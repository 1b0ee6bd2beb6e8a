/** All values of a header, by its lower-case name, from name, value, name, value … */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (isNamed(rawHeaders[at], name)) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

/** Whether a line's name is this one, given in lower case. */
export function isNamed(line: string | undefined, name: string): boolean {
  return line?.length === name.length && line.toLowerCase() === name;
}

/** The value of a header; of several lines one list, as `Headers` gives them (RFC 9110 §5.3), so that they mean the same on every server. */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  const values = headerValues(rawHeaders, name);
  return values.length === 0 ? undefined : values.join(', ');
}

/**
 * Whether a header that has one value came with several: in lines of their own, or in one with commas, as `Headers` and some proxies join
 * them. Which of them another server on the way went by cannot be known, so none of them counts.
 */
export function isRepeated(rawHeaders: readonly string[], name: string): boolean {
  return headerValue(rawHeaders, name)?.includes(',') ?? false;
}
