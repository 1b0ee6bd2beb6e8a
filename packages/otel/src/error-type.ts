const CODE = /^\w{1,40}$/;

/**
 * What `error.type` says of a failure: the error's code, such as `ECONNREFUSED`, or else its name, such as `TimeoutError`; `_OTHER` for what is
 * no error, and for a code or a name that reads like no constant. Never the message, which may name a server or hold what was asked.
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ | Semantic conventions, error attributes}
 */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { code } = error as { readonly code?: unknown };
  return [code, error.name].find(isConstant) ?? '_OTHER';
}

function isConstant(text: unknown): text is string {
  return typeof text === 'string' && CODE.test(text);
}
