/**
 * The slice of Standard Schema version 1 that is used: what zod, valibot and arktype schemas all are.
 *
 * @see https://standardschema.dev
 * @module
 */
import type { MaybePromise } from '../maybe-promise.ts';

/** A schema that takes an `Input` and reads it as an `Output`. */
export interface StandardSchema<Output = unknown, Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => MaybePromise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

/** Whether a value is a schema. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { '~standard': standard } = value as Partial<StandardSchema>;
  return typeof standard?.validate === 'function';
}
