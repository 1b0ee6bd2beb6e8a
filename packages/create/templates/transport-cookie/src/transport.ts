import type { AuthOptions } from '@tokenpair/core';

/** Tokens are in cookies that no script can read; unsafe requests must show that they come from a page of the issuer's origin. */
export function transportOptions(issuer: string): Pick<AuthOptions, 'transport' | 'cookie' | 'csrf'> {
  return {
    transport: 'cookie',
    // Over plain http, which the settings allow on this machine alone, browsers take no `Secure` cookies.
    cookie: { path: '/api/token', development: issuer.startsWith('http:') },
    csrf: { origins: [] }, // more origins with pages of yours, such as 'https://app.example.com'
  };
}
