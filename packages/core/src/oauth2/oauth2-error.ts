import { AuthError, type ErrorBody } from '../errors/auth-error.ts';
import { InvalidRequestError, TokenNotValidError } from '../errors/errors.ts';
import { OAUTH2_SENTENCES, type RefusedRequest } from '../errors/sentences.ts';
import type { Translation } from '../errors/translation.ts';
import type { HeaderLine } from '../http/messages.ts';
import { NO_CACHE } from './token-answer.ts';

/** The body of an error answer of the OAuth 2 wire: that of every error, with the member that RFC 6749 calls its sentence. */
export interface OAuth2ErrorBody extends ErrorBody {
  /** The sentence of `detail` in English, whatever language that is in: RFC 6749 §5.2 has ASCII alone here. */
  readonly error_description: string;
}

/**
 * An error as the token endpoint of RFC 6749 answers it: 400 where another endpoint would say 401 or 403, but for a client that could
 * not be authenticated; no bearer challenge. The code stays what it was.
 *
 * @see RFC 6749 §5.2
 */
export class OAuth2Error extends AuthError {
  override readonly status: number;
  readonly #told: AuthError;
  readonly #more: Partial<Pick<ErrorBody, 'error' | 'detail'>>;

  constructor(told: AuthError, more: Partial<Pick<ErrorBody, 'error' | 'detail'>> = {}) {
    super(told.name, told.code, { cause: told });
    this.#told = told.place('grant');
    this.#more = more;
    const isRefusal = told.status === 401 || told.status === 403;
    this.status = isRefusal && told.code !== 'invalid_client' ? 400 : told.status;
  }

  override get headerLines(): readonly HeaderLine[] {
    const lines = this.#told.headerLines.filter(
      ([name]) => name !== 'www-authenticate' || this.code === 'invalid_client',
    );
    return [...lines, NO_CACHE];
  }

  override translate(translation: Translation | undefined): this {
    this.#told.translate(translation);
    return super.translate(translation);
  }

  override toJSON(): OAuth2ErrorBody {
    const english = this.#more.detail ?? this.#told.message;
    const { error, code, detail: _told, ...rest } = { ...this.#told.toJSON(), ...this.#more };
    return { error, error_description: english, code, detail: this.say(english), ...rest };
  }
}

/** What any error is on the OAuth 2 wire. */
export function toOAuth2Error(error: AuthError): OAuth2Error {
  return error instanceof OAuth2Error ? error : new OAuth2Error(error);
}

/** A request that is well-formed, and asks for what cannot be had. */
export function refusedRequest(error: RefusedRequest): OAuth2Error {
  return new OAuth2Error(new InvalidRequestError(), { error, detail: OAUTH2_SENTENCES[error] });
}

/** A token that is good, in the hands of another client than it was issued to. Tells no more than of any bad token. */
export function foreignGrant(): OAuth2Error {
  return new OAuth2Error(new TokenNotValidError());
}
