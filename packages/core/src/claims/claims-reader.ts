import { BackendUnavailableError, TokenNotValidError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { RESERVED_CLAIMS } from './own-claims.ts';
import type { SchemaResult, StandardSchema } from './standard-schema.ts';

/** The app's say in what the claims of a token are. */
export interface ClaimsRulesOfApp {
  /** Reads the app's own claims: all but the reserved ones. */
  readonly schema: StandardSchema | undefined;
  /** Looks at the whole; anything but `true` refuses the token. */
  readonly validate: ((claims: JsonObject) => MaybePromise<boolean>) | undefined;
}

/** From verified claims to those the app sees. @throws TokenNotValidError, BackendUnavailableError when the app's code throws */
export type ClaimsReader = (claims: JsonObject) => MaybePromise<JsonObject>;

/** Without rules the claims pass as they are. */
export function createClaimsReader({ schema, validate }: ClaimsRulesOfApp): ClaimsReader {
  const read: ClaimsReader =
    schema === undefined ? (claims) => claims : (claims) => readBySchema(schema, claims);
  if (validate === undefined) return read;
  return (claims) =>
    chain(
      asking(() => validate(claims)),
      (good) => {
        if (good !== true) throw new TokenNotValidError();
        return read(claims);
      },
    );
}

/** Whether own claims fit the schema before they are signed. @throws TypeError through the caller's hook guard */
export function fitsSchema(schema: StandardSchema | undefined, own: JsonObject): MaybePromise<boolean> {
  if (schema === undefined) return true;
  return chain(schema['~standard'].validate(own), ({ issues }) => issues === undefined);
}

function readBySchema(schema: StandardSchema, claims: JsonObject): MaybePromise<JsonObject> {
  const reserved: Record<string, unknown> = { __proto__: null };
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (RESERVED_CLAIMS.has(name)) reserved[name] = value;
    else own[name] = value;
  }
  return chain(
    asking<SchemaResult<unknown>>(() => schema['~standard'].validate(own)),
    (result) => {
      if (result.issues !== undefined) throw new TokenNotValidError();
      // What the schema gives is the app's; the reserved claims stay what was signed.
      return Object.freeze(Object.assign(Object.create(null), result.value, reserved)) as JsonObject;
    },
  );
}

/** The app's code, whose failure is not the token's. */
function asking<T>(call: () => MaybePromise<T>): MaybePromise<T> {
  const fail = (cause: unknown): never => {
    throw new BackendUnavailableError({ cause, retryAfter: 1 });
  };
  try {
    const answer = call();
    return answer instanceof Promise ? answer.catch(fail) : answer;
  } catch (cause) {
    return fail(cause);
  }
}
