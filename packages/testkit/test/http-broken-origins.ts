import { answers, type Broken, hides, is, lines, puts, takesFirst, values } from './http-broken-ways.ts';

/** Servers that get wrong where a request with cookies comes from. */
export const ORIGIN_SERVERS: Readonly<Record<string, Broken>> = {
  'takes every request for its own': {
    faults: puts('sec-fetch-site', 'same-origin'),
    row: /is refused (with(?! two)|without|from)|held to their origin|> refuses (a request that shows no|an origin|the null origin|a cross-site)/,
  },
  'does not see Sec-Fetch-Site': {
    faults: hides('sec-fetch-site'),
    row: /refused with Sec-Fetch-Site (same-site|cross-site|none), Origin absent, X-CSRF-Token good|from the same origin$|from another site with/,
  },
  'does not see Origin': {
    faults: hides('origin'),
    row: /refused with Sec-Fetch-Site absent, Origin (unlisted|null), X-CSRF-Token good|from a listed origin$|from another origin with|an empty origin/,
  },
  'does not see X-CSRF-Token': {
    faults: hides('x-csrf-token'),
    row: /passes (with Sec-Fetch-Site absent, Origin absent, X-CSRF-Token good|with the token)/,
  },
  'takes the csrf cookie for its own proof': {
    faults: lines((all) => {
      const csrf = /__Host-csrf=([\w-]+)/.exec(all.find(is('cookie'))?.[1] ?? '')?.[1];
      return csrf === undefined
        ? all
        : [...all.filter((line) => !is('x-csrf-token')(line)), ['x-csrf-token', csrf]];
    }),
    row: /Site absent, Origin absent, X-CSRF-Token (absent|bad)|refused without an origin|with an empty token|with a token (cut short|in other case)$|a Referer alone/,
  },
  'reads origins in any case': {
    faults: values('origin', (value) => value.toLowerCase()),
    row: /an origin in another case/,
  },
  'reads origins as URLs': {
    faults: values('origin', (value) => (URL.canParse(value) ? new URL(value).origin : value)),
    row: /an origin (in another case|with a slash|with a port)/,
  },
  'compares the beginnings of origins': {
    faults: values('origin', (value) => (value.startsWith('https://app.test') ? 'https://app.test' : value)),
    row: /an origin (with a slash|with a port|that begins as one)/,
  },
  'compares the ends of origins': {
    faults: values('origin', (value) => (value.endsWith('app.test') ? 'https://app.test' : value)),
    row: /an origin of another scheme|a sub-domain of an origin/,
  },
  'takes the first of two Origin headers': {
    faults: takesFirst('origin'),
    row: /two origins, the listed one first|two listed origins( of the same origin)?$/,
  },
  'takes the first of two Sec-Fetch-Site headers': {
    faults: takesFirst('sec-fetch-site'),
    row: /two Sec-Fetch-Site(, the good one first| beside a listed origin)?$/,
  },
  'takes the first of two X-CSRF-Token headers': {
    faults: takesFirst('x-csrf-token'),
    row: /two tokens(, the good one first| beside a listed origin| of the same origin)?$/,
  },
  'takes what stands before a comma': {
    faults: lines((all) =>
      all.map(([name, value]) => [name, is('cookie')([name, value]) ? value : (value.split(',')[0] ?? '')]),
    ),
    row: /(two .* in one line)$/,
  },
  'takes a Referer for an Origin': {
    faults: lines((all) =>
      all.map(([name, value]) => (name === 'Referer' ? ['Origin', value.replace(/\/$/, '')] : [name, value])),
    ),
    row: /a Referer alone/,
  },
  'reads Sec-Fetch-Site in any case': {
    faults: values('sec-fetch-site', (value) => value.toLowerCase()),
    row: /Sec-Fetch-Site in another case/,
  },
  'holds GET to its origin': {
    faults: {
      request: (request) => (request.path === '/hello' ? { ...request, method: 'POST' } : request),
    },
    row: /to \/hello > GET/,
  },
  'holds no handler of the app to an origin': {
    faults: {
      request: (request) => (request.path === '/hello' ? { ...request, method: 'GET' } : request),
    },
    row: /to \/hello > POST is refused|held to their origin/,
  },
  'challenges a request that shows no origin': {
    faults: answers(403, ({ headers }) => ({
      headers: [...headers, ['www-authenticate', 'Bearer realm="api"']],
    })),
    row: /is refused (without|from|with)|held to their origin/,
  },
  'holds requests without cookies to their origin': {
    faults: {
      answer: (answer, { rawHeaders }) =>
        rawHeaders.includes('https://evil.test') || rawHeaders.includes('cross-site')
          ? { ...answer, status: 403 }
          : answer,
    },
    row: /needs no origin|POST with a header needs none|POST is 401 without a credential/,
  },
};
