import { isLocalUrl } from '../read-facts.ts';
import type { Rule } from '../rule.ts';

export const COOKIE_RULES: readonly Rule[] = [
  {
    id: 'cookie-http',
    level: 'error',
    page: 'cli.md#cookies',
    judge: ({ cookie, issuer, isLocal }) =>
      cookie !== undefined && issuer?.startsWith('http:') && !isLocal
        ? 'cookies with the prefixes __Host- and __Secure- are not kept by browsers over plain http.'
        : undefined,
  },
  {
    id: 'cookie-development',
    level: 'warning',
    page: 'cli.md#cookies',
    judge: ({ cookie }) =>
      cookie?.isDevelopment
        ? 'cookies go without Secure and without a prefix of their names: for development on one machine alone.'
        : undefined,
  },
  {
    id: 'cookie-sub-domains',
    level: 'note',
    page: 'cli.md#cookies',
    judge: ({ cookie }) =>
      cookie !== undefined && !cookie.isHost && !cookie.isDevelopment
        ? "a sub-domain can set a refresh cookie of that name, which is refused but logs the user out: refreshPrefix: 'host' where they are not trusted."
        : undefined,
  },
  {
    id: 'cookie-path',
    level: 'warning',
    page: 'cli.md#cookies',
    judge: ({ cookie }) =>
      cookie?.path === '/' && !cookie.isHost
        ? 'the refresh cookie goes along with every request: name the path of the token endpoints.'
        : undefined,
  },
  {
    id: 'origins-http',
    level: 'error',
    page: 'cli.md#cookies',
    judge: ({ cookie }) =>
      cookie?.origins.some((origin) => origin.startsWith('http:') && !isLocalUrl(origin))
        ? 'pages from plain http may act for a user: whoever is on the way can write such a page.'
        : undefined,
  },
];
