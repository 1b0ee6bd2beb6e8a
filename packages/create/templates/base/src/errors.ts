/** The body of the answer where there is no route. */
export const NOT_FOUND = { error: 'not_found' };

/** The answer to anything that a route threw; its reason goes to the log and not to the client. */
export function errorAnswer(thrown: unknown): { readonly status: number; readonly body: object } {
  const { status = 500 } = (thrown ?? {}) as { readonly status?: unknown };
  const { statusCode = status } = (thrown ?? {}) as { readonly statusCode?: unknown };
  if (Number(statusCode) >= 400 && Number(statusCode) < 500)
    return { status: Number(statusCode), body: { error: 'invalid_request' } };
  console.error(thrown);
  return { status: 500, body: { error: 'server_error' } };
}
