import { InvalidRequestError, UnsupportedMediaTypeError } from '../errors/errors.ts';
import { headerValue } from '../http/headers.ts';
import type { AuthRequest } from '../http/messages.ts';
import { readFields } from '../http/read-fields.ts';

/** The parameters of a request: each once, and none of them empty. */
export type Form = Readonly<Record<string, string>>;

/**
 * Reads a form body, parsed by the app already or not. A parameter without value counts as omitted.
 *
 * @see RFC 6749 §3.2, appendix B
 * @throws UnsupportedMediaTypeError for another type, JSON included; InvalidRequestError for a parameter given twice;
 * PayloadTooLargeError
 */
export async function readForm(request: AuthRequest): Promise<Form> {
  const type = headerValue(request.rawHeaders, 'content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded *(?:;|$)/i.test(type)) throw new UnsupportedMediaTypeError();
  const form: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(await readFields(request))) {
    // An app's parser may make an object of `name[x]=`.
    if (typeof value !== 'string') throw new InvalidRequestError();
    if (value !== '') form[name] = value;
  }
  return form;
}
