import { assertOneOf, assertOptions } from './check.ts';

/** Options of every adapter. */
export interface AdapterOptions {
  /**
   * Who writes a refusal: `'answer'`, the adapter, as the wire contract has it; `'forward'`, the app's own error handler,
   * which gets an `AuthError` with `status`, `headers` and `toJSON()`.
   *
   * @default 'answer'
   */
  readonly errors?: 'answer' | 'forward';
}

/** Validates the options of an adapter, once. @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) */
export function resolveAdapterOptions(options: AdapterOptions): Required<AdapterOptions> {
  assertOptions(options, 'options', ['errors']);
  const { errors = 'answer' } = options;
  assertOneOf(errors, 'options.errors', ['answer', 'forward']);
  return Object.freeze({ errors });
}
