/** Names that careless code mixes up, reads as a pattern or loses. */
export const NAMES: readonly string[] = [
  ...['user', 'User', 'user ', ' user', 'user:1', 'user/1', 'user\n', 'user\t'],
  ...['{user}', 'user}{', '{', '}', '{}', '{{user}}'],
  ...['*', 'use?', 'u*', '[a-z]ser', 'use%', 'u_er', '%', '_', '\\*', '\\'],
  ...["'", "''", "' OR '1'='1", '"', '`', '; DROP TABLE tokenpair_session; --', '$1', ':subject', '@id', '?'],
  ...['\u00e9', 'e\u0301', '\u2603', '\u{1f600}', '\u200b', '\u202e', '\ufeffuser', '\ufffd'],
  ...['__proto__', 'constructor', 'hasOwnProperty', 'null', 'undefined', 'true', '0', '00', '1e3', '1000'],
  ...['x'.repeat(10_240), `${'x'.repeat(10_239)}y`],
];

/** Names that UTF-8, or a text column, cannot hold, and what they turn into. */
export const UNHELD: readonly string[] = ['a\u0000b', 'a', 'a\u0000c', '\ud800', '\udc00', '\ufffd'];
