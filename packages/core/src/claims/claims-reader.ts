import { askApp } from '../backends/ask-app.ts';
import type { BackendOptions } from '../backends/deadline.ts';
import { TokenNotValidError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { RESERVED_CLAIMS } from './own-claims.ts';
import type { SchemaResult, StandardSchema } from './standard-schema.ts';

/** The app's say in what the claims of a token are. */
export interface ClaimsReaderOptions extends BackendOptions {
  /** Reads the app's own claims: all but the reserved ones. */
  readonly schema: StandardSchema | undefined;
  /** Looks at the whole; anything but `true` refuses the token. */
  readonly validate?: ((claims: JsonObject) => MaybePromise<boolean>) | undefined;
}

export interface ClaimsReader {
  /**
   * From verified claims to those the app sees.
   *
   * @throws TokenNotValidError, BackendUnavailableError when the app's code throws, is silent, or gives no answer
   */
  read(claims: JsonObject): MaybePromise<JsonObject>;
  /** Whether the app has any say: then it has it at every request. */
  readonly asksApp: boolean;
  /** Whether own claims fit the schema, before they are signed. @throws BackendUnavailableError */
  fits(own: JsonObject): MaybePromise<boolean>;
}

/** Without rules the claims pass as they are. */
export function createClaimsReader({ schema, validate, ...backend }: ClaimsReaderOptions): ClaimsReader {
  function readBySchema(claims: JsonObject): MaybePromise<JsonObject> {
    if (schema === undefined) return claims;
    const { own, reserved } = split(claims);
    return chain(
      askApp(backend, 'claims', () => validateBy(schema, own), asResult),
      (result) => {
        if (result.issues !== undefined) throw new TokenNotValidError();
        // What the schema gives is the app's; the reserved claims stay what was signed, present or absent.
        return Object.freeze(
          Object.assign(Object.create(null), split(result.value as JsonObject).own, reserved),
        );
      },
    );
  }

  const assertValid =
    validate &&
    ((claims: JsonObject): MaybePromise<void> =>
      chain(
        askApp(backend, 'validateClaims', () => validate(claims), isTrue),
        (good) => {
          if (!good) throw new TokenNotValidError();
        },
      ));

  return Object.freeze({
    asksApp: schema !== undefined || validate !== undefined,
    read: (claims) => chain(assertValid?.(claims), () => readBySchema(claims)),
    fits(own) {
      if (schema === undefined) return true;
      return askApp(
        backend,
        'claims',
        () => validateBy(schema, own),
        (result) => asResult(result).issues === undefined,
      );
    },
  } satisfies ClaimsReader);
}

/** A copy of its own: some schemas write into what they read. */
function validateBy(schema: StandardSchema, own: unknown): unknown {
  return schema['~standard'].validate(structuredClone(own));
}

function split(claims: JsonObject): { own: Record<string, unknown>; reserved: Record<string, unknown> } {
  const own: Record<string, unknown> = {};
  const reserved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(claims))
    (RESERVED_CLAIMS.has(name) ? reserved : own)[name] = value;
  return { own, reserved };
}

function isTrue(answer: unknown): boolean {
  return answer === true;
}

/** @throws TypeError for what is no result of a schema of objects */
function asResult(result: unknown): SchemaResult<unknown> {
  const { issues, value } = (result ?? {}) as { issues?: unknown; value?: unknown };
  if (Array.isArray(issues)) return { issues };
  if (issues !== undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('the schema gave neither an object nor issues');
  }
  return { value };
}
