import { InvalidRequestError } from '@tokenpair/core';

/** A segment of a path as the text it stands for. @throws InvalidRequestError when it stands for none */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new InvalidRequestError({ cause });
  }
}
