/** What was wrong with another service's answer, whatever it was asked for. */
export type AnswerFault = 'status' | 'media_type' | 'too_large' | 'not_json';

/** The error of a fault, in the words of who asked. */
export type FaultError = (fault: AnswerFault, status: number) => Error;
