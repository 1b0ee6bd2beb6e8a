import { describe, expect, it } from 'vitest';
import { readBearer } from '../../src/http/bearer.ts';
import { refusalOf } from '../support/outcome.ts';

const BAD = ['bad_authorization_header', 400];

describe('the Authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['bEaReR abc', 'abc'],
    ['Bearer a.b-c_d', 'a.b-c_d'],
    ['Bearer abc,def', 'abc,def'],
    ['Bearer =', '='],
  ])('%j holds the token %j', (value, token) => {
    expect(readBearer(['Authorization', value])).toBe(token);
  });

  it.each(['Authorization', 'authorization', 'AUTHORIZATION', 'aUtHoRiZaTiOn'])(
    'is read by any case of its name: %s',
    (name) => {
      expect(readBearer(['Host', 'x', name, 'Bearer abc'])).toBe('abc');
    },
  );

  it.each([
    ['no header', []],
    [
      'other headers alone',
      [
        'X-Authorization',
        'Bearer abc',
        'Proxy-Authorization',
        'Bearer abc',
        'Authorization-Info',
        'Bearer abc',
      ],
    ],
    ['an empty value', ['Authorization', '']],
    ['a value that names the header', ['X', 'Authorization']],
    ['a name without value at the end', ['Authorization']],
    ['a token without a scheme', ['Authorization', 'abc']],
    ['Basic', ['Authorization', 'Basic dXNlcjpwYXNz']],
    ['Basic with a JWT', ['Authorization', 'Basic abc.def.ghi']],
    ['Digest', ['Authorization', 'Digest username="x"']],
    ['DPoP', ['Authorization', 'DPoP abc']],
    ['JWT', ['Authorization', 'JWT abc']],
    ['Token', ['Authorization', 'Token abc']],
    ['BearerX', ['Authorization', 'BearerX abc']],
    ['Bearer without a space', ['Authorization', 'Bearerabc']],
    ['Bearer with a colon', ['Authorization', 'Bearer: abc']],
    ['Bearer with a comma', ['Authorization', 'Bearer,abc']],
    ['Bearer before a no-break space', ['Authorization', 'Bearer\u00A0abc']],
    ['XBearer', ['Authorization', 'XBearer abc']],
    ['a space before the scheme', ['Authorization', ' Bearer abc']],
  ] as [string, string[]][])('holds no bearer credential: %s', (_name, rawHeaders) => {
    expect(readBearer(rawHeaders)).toBeUndefined();
  });

  it.each([
    ['the scheme alone', 'Bearer'],
    ['the scheme in lower case alone', 'bearer'],
    ['the scheme and a space', 'Bearer '],
    ['two spaces', 'Bearer  abc'],
    ['a tab', 'Bearer\tabc'],
    ['a space and a tab', 'Bearer \tabc'],
    ['a tab and a space', 'Bearer\t abc'],
    ['a second part', 'Bearer abc def'],
    ['a second part after a tab', 'Bearer abc\tdef'],
    ['a trailing space', 'Bearer abc '],
    ['a trailing tab', 'Bearer abc\t'],
    ['two credentials joined by a comma', 'Bearer abc, Bearer def'],
    ['parameters', 'Bearer token="abc", realm="x"'],
  ])('is refused for %s', async (_name, value) => {
    expect(await refusalOf(() => readBearer(['Authorization', value]))).toEqual(BAD);
  });

  it.each([
    ['two of them', ['Authorization', 'Bearer abc', 'Authorization', 'Bearer def']],
    ['the same twice', ['Authorization', 'Bearer abc', 'Authorization', 'Bearer abc']],
    ['the same twice in another case', ['Authorization', 'Bearer abc', 'authorization', 'Bearer abc']],
    ['Basic and Bearer', ['Authorization', 'Basic abc', 'Authorization', 'Bearer def']],
    ['Bearer and an empty one', ['Authorization', 'Bearer abc', 'Authorization', '']],
    ['two that count as absent', ['Authorization', 'Basic abc', 'Authorization', '']],
  ] as [string, string[]][])('is refused when there are %s', async (_name, rawHeaders) => {
    expect(await refusalOf(() => readBearer(rawHeaders))).toEqual(BAD);
  });
});
