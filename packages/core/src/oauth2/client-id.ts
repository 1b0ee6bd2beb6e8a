/** Printable ASCII (RFC 6749 appendix A.1), without what HTTP Basic or its form encoding would read in two ways. */
export function isClientId(text: unknown): text is string {
  return typeof text === 'string' && /^[\x20-\x24\x26-\x2A\x2C-\x39\x3B-\x7E]{1,255}$/.test(text);
}
