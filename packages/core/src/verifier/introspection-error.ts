import type { AnswerFault } from '../remote/answer-fault.ts';

/** What was wrong with an introspection endpoint's answer. */
export type IntrospectionFault = AnswerFault | 'no_verdict';

const SENTENCES: Readonly<Record<IntrospectionFault, string>> = Object.freeze({
  status: 'the introspection endpoint did not answer with status 200; redirects are not followed',
  media_type: 'the introspection endpoint answered with something else than JSON',
  too_large: 'the answer of the introspection endpoint is too large',
  not_json: 'the answer of the introspection endpoint is not the text of one JSON object',
  no_verdict: 'the answer of the introspection endpoint has no member "active" that is true or false',
});

/** Why an answer says nothing about a token; the `cause` of a `BackendUnavailableError`. Holds nothing of question and answer. */
export class IntrospectionError extends Error {
  readonly fault: IntrospectionFault;
  /** Of the answer, where that is the fault: 401 says that the endpoint does not know this client. */
  readonly status: number | undefined;

  constructor(fault: IntrospectionFault, status?: number) {
    super(SENTENCES[fault]);
    this.name = 'IntrospectionError';
    this.fault = fault;
    this.status = status;
  }
}
