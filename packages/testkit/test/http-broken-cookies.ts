import {
  type Broken,
  bodies,
  clears,
  heads,
  hides,
  is,
  lines,
  readsNoBody,
  values,
} from './http-broken-ways.ts';

/** One value for each name of a `Cookie` line, as a map of cookies has it. */
function onceEach(line: string): string {
  const pairs = line.split('; ').map((pair) => [pair.split('=')[0], pair] as const);
  return [...new Map(pairs).values()].join('; ');
}

/** Servers that get cookies wrong. */
export const COOKIE_SERVERS: Readonly<Record<string, Broken>> = {
  'sets the last cookie alone': {
    faults: { overwritesHeaders: true },
    row: /cookie transport > (sets three|gives the next|clears the cookies|ends the session and)|are set by|are read and/,
  },
  'joins cookies to one line': {
    faults: {
      answer: (answer) => {
        const set = answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
        const rest = answer.headers.filter(([name]) => name !== 'set-cookie');
        return { ...answer, headers: set.length > 0 ? [...rest, ['set-cookie', set.join(', ')]] : rest };
      },
    },
    row: /cookie transport > (sets three|gives the next|clears the cookies)|are set by|are read and/,
  },
  ...Object.fromEntries(
    ['; HttpOnly', '; SameSite=Lax', /; Path=[^;]+/, /; Max-Age=\d+/].map((attribute) => [
      `sets cookies without ${attribute}`,
      {
        faults: heads('set-cookie', (value) => value.replace(attribute, '')),
        row: /cookie transport > (sets three|gives the next|clears the cookies)|are set by|are read and/,
      },
    ]),
  ),
  'sets cookies without Secure': {
    faults: heads('set-cookie', (value) => value.replace('; Secure', '')),
    row: /cookie transport > (sets three|gives the next|clears the cookies)|whole host > are (set|read and)/,
  },
  'adds Secure on plain http': {
    faults: heads('set-cookie', (value) => value.replace(/(; Secure)?; SameSite/, '; Secure; SameSite')),
    row: /development names > are (set|read and)/,
  },
  'sends the refresh cookie everywhere': {
    faults: heads('set-cookie', (value) => value.replace(/Path=[^;]+/, 'Path=/')),
    row: /cookie transport > (sets three|gives the next|clears the cookies)|other than the mount point > are (set|read and)/,
  },
  'sends the refresh cookie to the mount point': {
    faults: heads('set-cookie', (value) =>
      value.includes('refresh=') ? value.replace(/Path=[^;]+/, 'Path=/api/token') : value,
    ),
    row: /(whole host|other than the mount point) > are (set|read and)/,
  },
  'puts prefixes before every name': {
    faults: heads('set-cookie', (value) => value.replace(/^(access|refresh|csrf)=/, '__Host-$1=')),
    row: /development names > are (set|read and)/,
  },
  'shows a token in the body too': {
    faults: bodies((body) => body.replace('{"token_type"', '{"access":"x","token_type"')),
    row: /cookie transport > (sets three|gives the next|sets the access cookie alone)/,
  },
  'takes credentials from the body beside cookies': {
    faults: { request: readsNoBody },
    row: /cookie transport > refuses (a token in the body|a token in a form|an empty token in the body)/,
  },
  'leaves the cookies of a session that has ended': {
    faults: {
      answer: (answer) => ({
        ...answer,
        headers: answer.headers.filter(([, value]) => !value.includes('Max-Age=0')),
      }),
    },
    row: /clears the cookies|are read and cleared/,
  },
  'clears the cookies when the store is away': {
    faults: clears(503),
    row: /keeps the cookies when|cookie transport > is 503/,
  },
  'clears the cookies of a refused request': {
    faults: clears(403),
    row: /refuses a refresh cookie (without|beside)|is refused (without|from|with)/,
  },
  'clears the cookies of a malformed request': {
    faults: clears(400),
    row: /cookie transport > refuses (a token in (the body|a form)|two|one|an empty token in the body)/,
  },
  'clears the cookies where there are none': {
    faults: clears(401),
    row: /cookie transport > (refuses without a cookie|refuses a wrong password|refuses an empty cookie)/,
  },
  'makes one of two cookies of a name': {
    faults: lines((all) => {
      const cookies = all.filter(is('cookie')).map(([, value]) => value);
      const rest = all.filter((line) => !is('cookie')(line));
      return cookies.length > 0 ? [...rest, ['cookie', onceEach(cookies.join('; '))]] : rest;
    }),
    row: /refuses (two (refresh|csrf|access) cookies|one (refresh|access) cookie twice)/,
  },
  'reads names of cookies in any case': {
    faults: values('cookie', (value) => value.replace(/__host-access/i, '__Host-access')),
    row: /a name in another case/,
  },
  'reads the end of a name for the name': {
    faults: values('cookie', (value) => value.replace(/(^|; )x?(__Host-)?access=/, '$1__Host-access=')),
    row: /a name without the prefix|a longer name/,
  },
  'takes quotes off a cookie': {
    faults: values('cookie', (value) => value.replaceAll('"', '')),
    row: /a token in quotes/,
  },
  'goes by the header where there is a cookie too': {
    faults: lines((all) => (all.some(is('authorization')) ? all.filter((line) => !is('cookie')(line)) : all)),
    row: /refuses a header and a cookie at once/,
  },
  'does not read cookies': {
    faults: hides('cookie'),
    row: /(cookie transport > (answers a good cookie|gives the next|GET .sessions lists|tells an optional))|are read/,
  },
};
