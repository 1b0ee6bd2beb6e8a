import type { AuthOptions } from '@tokenpair/core';

/** Tokens go out in bodies; access tokens come back in `Authorization: Bearer`. */
export function transportOptions(_issuer: string): Pick<AuthOptions, 'transport'> {
  return { transport: 'header' };
}
