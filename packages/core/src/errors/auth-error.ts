import { mergeVary } from '../http/merge-vary.ts';
import type { HeaderLine } from '../http/messages.ts';
import { type AuthErrorCode, ERROR_ROWS, type ErrorRow, type ErrorWord } from './error-rows.ts';
import type { Translation } from './translation.ts';

/** Where an error is answered: a token was refused as a credential, or as a grant (RFC 6749 §5.2). */
export type ErrorPlace = 'resource' | 'grant';

export interface AuthErrorOptions {
  /** What lies behind it, for the app's log; never sent. */
  readonly cause?: unknown;
  /** For a 400: a sentence for each field at fault. */
  readonly fields?: Readonly<Record<string, string>>;
  /** For `insufficient_scope`: what was needed, space-separated. */
  readonly scope?: string;
  /** For `fresh_login_required`: the greatest age of a login that will do, in seconds. */
  readonly maxAge?: number;
  /** For `method_not_allowed`: the methods that are. */
  readonly allow?: string;
  /** For 429 and 503, in whole seconds. */
  readonly retryAfter?: number;
}

/** The body of every error answer. */
export interface ErrorBody {
  readonly error: ErrorWord;
  readonly code: AuthErrorCode;
  readonly detail: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * Base of every credential, request and infrastructure error. Carries what the default error handlers of Express, Koa,
 * Fastify and Hono ask for: `status`, `statusCode`, `headers`, `expose`, `getResponse()`; and `toJSON()` gives the body. The message
 * is the fixed sentence of the code: it never holds a token, a key or the caller's input.
 */
export abstract class AuthError<Code extends AuthErrorCode = AuthErrorCode> extends Error {
  readonly code: Code;
  readonly status: number;
  /** Always true: the message is fit to be sent. */
  readonly expose: boolean = true;
  readonly #options: AuthErrorOptions;
  #place: ErrorPlace = 'resource';
  #more: readonly HeaderLine[] = [];
  #translation: Translation | undefined;

  protected constructor(name: string, code: Code, options: AuthErrorOptions = {}) {
    super(ERROR_ROWS[code].detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.code = code;
    this.status = ERROR_ROWS[code].status;
    this.#options = options;
  }

  get statusCode(): number {
    return this.status;
  }

  /** The header lines of the answer, lower-case names, `Set-Cookie` possibly more than once. */
  get headerLines(): readonly HeaderLine[] {
    const { allow, retryAfter } = this.#options;
    const challenge = challengeOf(this.#row, this.#word, this.#options);
    const lines: readonly HeaderLine[] = [
      ['cache-control', 'no-store'],
      ...line('www-authenticate', challenge),
      ...line('allow', allow),
      ...line('retry-after', retryAfter?.toString()),
      ...this.#more,
    ];
    return this.#translation === undefined ? lines : inLanguage(lines, this.#translation.language);
  }

  /** The same as an object, as http-errors has it. */
  get headers(): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of this.headerLines) {
      const before = headers[name];
      headers[name] = before === undefined ? value : [before, value].flat();
    }
    return headers;
  }

  /** Says where the error is answered and what else the answer carries; for the boundary of core, once an error. */
  place(place: ErrorPlace, more: readonly HeaderLine[] = []): this {
    this.#place = place;
    this.#more = more;
    return this;
  }

  /**
   * Says `detail` and `fields` in a language, and in the headers which one. `message`, `error` and the challenge stay English: RFC 6749 and RFC 6750
   * have ASCII alone there. `undefined` takes it back.
   */
  translate(translation: Translation | undefined): this {
    this.#translation = translation;
    return this;
  }

  toJSON(): ErrorBody {
    const { fields } = this.#options;
    const body = { error: this.#word, code: this.code, detail: this.say(this.#row.detail) };
    if (fields === undefined) return body;
    const said = Object.entries(fields).map(([name, sentence]) => [name, this.say(sentence)]);
    return { ...body, fields: Object.fromEntries(said) };
  }

  /** A sentence as the body has it. */
  protected say(sentence: string): string {
    return this.#translation?.say(sentence) ?? sentence;
  }

  /** The whole answer, a new one each time. */
  getResponse(): Response {
    const type = ['content-type', 'application/json; charset=utf-8'] as const;
    const headers = [type, ...this.headerLines].map(([name, value]): [string, string] => [name, value]);
    return new Response(JSON.stringify(this), { status: this.status, headers });
  }

  get #row(): ErrorRow {
    return ERROR_ROWS[this.code];
  }

  get #word(): ErrorWord {
    const { error, grant } = this.#row;
    return this.#place === 'grant' ? (grant ?? error) : error;
  }
}

function line(name: string, value: string | undefined): HeaderLine[] {
  return value === undefined ? [] : [[name, value]];
}

/** Which language was chosen, and by what. @see RFC 9110 §8.5 and §12.5.5 */
function inLanguage(lines: readonly HeaderLine[], language: string): readonly HeaderLine[] {
  const vary = lines.filter(([name]) => name === 'vary').map(([, value]) => value);
  return [
    ...lines.filter(([name]) => name !== 'vary'),
    ['content-language', language],
    ['vary', mergeVary(vary, 'Accept-Language')],
  ];
}

/**
 * The challenge of RFC 6750 §3. A refused grant is no bearer credential, so it is challenged without naming an error
 * (RFC 9110 §15.5.2 wants a challenge with every 401).
 */
function challengeOf(
  row: ErrorRow,
  word: ErrorWord,
  { scope, maxAge }: AuthErrorOptions,
): string | undefined {
  if (row.challenge === undefined) return undefined;
  if (row.challenge === 'basic') return 'Basic realm="api", charset="UTF-8"';
  if (row.challenge === 'bare' || word === 'invalid_grant') return 'Bearer realm="api"';
  const attributes = [`error="${word}"`, `error_description="${row.detail}"`];
  if (scope !== undefined) attributes.push(`scope="${scope}"`);
  if (maxAge !== undefined) attributes.push(`max_age="${maxAge}"`);
  return `Bearer realm="api", ${attributes.join(', ')}`;
}
