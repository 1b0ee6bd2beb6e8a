/** The names under which a request shows who passed a guard: one of this adapter's own, and the public one if there is one. @throws TypeError */
export function decoratorNames(own: symbol, decorate: unknown): readonly (string | symbol)[] {
  if (decorate === null) return [own];
  if (typeof decorate === 'string' && decorate !== '') return [own, decorate];
  throw Object.assign(new TypeError('options.decorate must be a name, or null for none'), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
}
