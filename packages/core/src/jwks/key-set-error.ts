import type { AnswerFault } from '../remote/answer-fault.ts';

/** What was wrong with an issuer's answer. */
export type KeySetFault = AnswerFault | 'not_a_key_set' | 'too_many_keys' | 'duplicate_kid' | 'private_key';

const SENTENCES: Readonly<Record<KeySetFault, string>> = Object.freeze({
  status: 'the issuer did not answer with status 200; redirects are not followed',
  media_type: 'the issuer answered with something else than JSON',
  too_large: 'the key set is too large',
  not_json: 'the key set is not the text of one JSON object',
  not_a_key_set: 'the key set has no array of keys',
  too_many_keys: 'the key set has too many keys',
  duplicate_kid: 'the key set has two keys of one kid',
  private_key: 'the key set has a private or a symmetric key',
});

/** Why an issuer's answer was refused as a whole; the `cause` of a `KeysUnavailableError`. Holds nothing of the answer. */
export class KeySetError extends Error {
  readonly fault: KeySetFault;

  constructor(fault: KeySetFault) {
    super(SENTENCES[fault]);
    this.name = 'KeySetError';
    this.fault = fault;
  }
}
