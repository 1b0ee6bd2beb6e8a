/** What a store of `fromBlacklist` cannot do, as {@link BlacklistStoreError.code}. */
export type BlacklistStoreErrorCode = 'no_answer' | 'not_supported' | 'until_missing';

const MESSAGES: Readonly<Record<BlacklistStoreErrorCode, string>> = {
  no_answer: 'The blacklist service answered neither true nor false.',
  not_supported:
    'A store made of a bare blacklist keeps no records: it ends one session or one token by its id.',
  until_missing: 'A store made of a bare blacklist has to be told until when a session is to be refused.',
};

/** A failure of a store made by `fromBlacklist` itself. What its service throws comes as it is. */
export class BlacklistStoreError extends Error {
  readonly code: BlacklistStoreErrorCode;

  constructor(code: BlacklistStoreErrorCode) {
    super(MESSAGES[code]);
    this.name = 'BlacklistStoreError';
    this.code = code;
  }
}
