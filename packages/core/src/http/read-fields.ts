import { InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError } from '../errors/errors.ts';
import { FIELD_SENTENCES } from '../errors/sentences.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import { headerValue, isRepeated } from './headers.ts';
import type { AuthRequest } from './messages.ts';

/** Longest request body, in bytes. */
export const MAX_BODY_BYTES = 16_384;

/** The members of a request body, not yet judged. */
export type Fields = Readonly<Record<string, unknown>>;

type Reader = (text: string) => Fields | undefined;

/**
 * Reads a JSON or form body, parsed by the app already or not; an absent body has no fields.
 *
 * @throws PayloadTooLargeError beyond 16,384 bytes, UnsupportedMediaTypeError for another type, two of them, another charset or a
 * compressed body, InvalidRequestError for malformed text, a JSON value that is no object, and a field given twice
 */
export async function readFields(request: AuthRequest): Promise<Fields> {
  // A parser before this one may have gone by either.
  if (isRepeated(request.rawHeaders, 'content-type')) throw new UnsupportedMediaTypeError();
  const body = await readBody(request);
  if (!(body instanceof Uint8Array)) return fromParsed(request, body);
  if (body.byteLength > MAX_BODY_BYTES) throw new PayloadTooLargeError();
  return body.byteLength === 0 ? {} : fromText(request, decodeUtf8(body));
}

/** The bytes of the body, or what the app's parser made of it. */
async function readBody({ body, rawHeaders }: AuthRequest): Promise<unknown> {
  if (Number(headerValue(rawHeaders, 'content-length') ?? 0) > MAX_BODY_BYTES)
    throw new PayloadTooLargeError();
  if ('parsed' in body) return body.parsed;
  const bytes = await body.read(MAX_BODY_BYTES).catch(malformed);
  if (bytes === undefined) throw new PayloadTooLargeError();
  return bytes;
}

/** A parser may have left text or bytes, for a type that it was told to take as such. */
function fromParsed(request: AuthRequest, parsed: unknown): Fields {
  if (parsed === undefined || parsed === null) return {};
  if (typeof parsed === 'string') return fromText(request, parsed);
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return malformed();
  if (JSON.stringify(parsed).length > MAX_BODY_BYTES) throw new PayloadTooLargeError();
  // What form parsers make of a field given twice.
  if (Object.values(parsed).some(Array.isArray) && isForm(request)) return malformed();
  return parsed as Fields;
}

function fromText(request: AuthRequest, text: string): Fields {
  if (text.length > MAX_BODY_BYTES) throw new PayloadTooLargeError();
  return text === '' ? {} : (readerFor(request)(text) ?? malformed());
}

function isForm({ rawHeaders }: AuthRequest): boolean {
  return (headerValue(rawHeaders, 'content-type') ?? '')
    .toLowerCase()
    .startsWith('application/x-www-form-urlencoded');
}

function readerFor({ rawHeaders }: AuthRequest): Reader {
  const [type = '', ...parameters] = (headerValue(rawHeaders, 'content-type') ?? '').toLowerCase().split(';');
  const encoding = headerValue(rawHeaders, 'content-encoding') ?? 'identity';
  const charset = charsetOf(parameters);
  const reader = readerOf(type.trim());
  if (reader === undefined || charset !== 'utf-8' || encoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaTypeError();
  return reader;
}

/** `utf-8` unless the type says otherwise. */
function charsetOf(parameters: readonly string[]): string {
  const given = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='));
  return given === undefined ? 'utf-8' : given.slice('charset='.length).replaceAll('"', '');
}

function readerOf(type: string): Reader | undefined {
  if (type === 'application/json') return parseStrictObject;
  return type === 'application/x-www-form-urlencoded' ? parseForm : undefined;
}

function parseForm(text: string): Fields | undefined {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(fields, name)) return undefined;
    fields[name] = value;
  }
  return fields;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return malformed();
  }
}

function malformed(cause?: unknown): never {
  throw new InvalidRequestError({ cause });
}

/**
 * The named fields of a body, each a non-empty string.
 *
 * @throws InvalidRequestError with a sentence for every field at fault
 */
export function requireText<Name extends string>(
  fields: Fields,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const faults: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === 'string' && value !== '') values[name] = value;
    else faults[name] = FIELD_SENTENCES[value === undefined ? 'field_required' : 'field_not_text'];
  }
  if (Object.keys(faults).length > 0) throw new InvalidRequestError({ fields: faults });
  return values as Readonly<Record<Name, string>>;
}

/** A field that is true or false, in a form as text; false when it is absent. @throws InvalidRequestError for anything else */
export function readFlag(fields: Fields, name: string): boolean {
  const value = Object.hasOwn(fields, name) ? fields[name] : false;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new InvalidRequestError({ fields: { [name]: FIELD_SENTENCES.field_not_flag } });
}
