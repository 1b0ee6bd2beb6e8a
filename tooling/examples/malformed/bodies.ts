import { type GoodPair, type Made, made, OWN_PAGE, POSTED, requestLine } from './made.ts';
import { below, brokenToken, garbage, pick, printable, type Random } from './text.ts';

const JSON_TYPE = 'Content-Type: application/json';
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded';

/** A body that is malformed, mistyped, misframed or too large, or that carries a bad token. */
export function withBody(random: Random, { access, refresh }: GoodPair): Made {
  const token = brokenToken(random, pick(random, [access, refresh]));
  const value = pick<unknown>(random, [
    token,
    '',
    0,
    -1,
    1e308,
    true,
    null,
    [],
    [refresh],
    {},
    { $ne: 1 },
    garbage(random),
  ]);
  const field = pick(random, [
    'refresh',
    'token',
    'username',
    'password',
    '__proto__',
    'constructor',
    printable(random, 9),
  ]);
  const text = pick(random, [
    () => JSON.stringify({ [field]: value }),
    () => JSON.stringify({ username: value, password: value, refresh: value, token: value, old: value }),
    () => JSON.stringify({ refresh: token }).slice(0, -1 - below(random, 20)),
    () => `{"refresh":"${token}","refresh":"${refresh}"}`,
    () => `{"__proto__":{"refresh":"${refresh}"}}`,
    () => '['.repeat(below(random, 16_000)),
    () => '{"a":'.repeat(below(random, 4_000)),
    () => JSON.stringify([{ refresh }]),
    () => new URLSearchParams({ [field]: token, refresh: token }).toString(),
    () => `refresh=${refresh}&refresh=${token}`,
    () => `refresh[]=${refresh}&refresh.x=1&%=%&=&&`,
    () => garbage(random, 2_000),
    () => 'x'.repeat(below(random, 40_000)),
    () => `\u00ef\u00bb\u00bf{"refresh":"${refresh}"}`,
    () => '',
  ])();
  const type = pick(random, [
    JSON_TYPE,
    JSON_TYPE,
    JSON_TYPE,
    FORM_TYPE,
    FORM_TYPE,
    `Content-Type: ${printable(random)}`,
    'Content-Type: application/json; charset=utf-7',
    'Content-Type: multipart/form-data; boundary=',
    'X-None: 1',
  ]);
  const encoding = pick(random, [
    'X-Plain: 1',
    'X-Plain: 1',
    'X-Plain: 1',
    'Content-Encoding: gzip',
    'Content-Encoding: x',
    'Content-Encoding: ',
  ]);
  const body = Buffer.from(text, 'latin1');
  const cutAt = below(random, body.length + 1);
  const [framing, sent] = pick<() => readonly [string, Uint8Array]>(random, [
    () => [`Content-Length: ${body.length}`, body],
    () => [`Content-Length: ${body.length}`, body],
    () => [`Content-Length: ${body.length}`, body],
    () => [
      'Transfer-Encoding: chunked',
      Buffer.from(`${body.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`, 'latin1'),
    ],
    () => [
      'Transfer-Encoding: chunked',
      Buffer.from(`${pick(random, ['zz', '-1', 'ffffffffff', ''])}\r\n${text}\r\n0\r\n\r\n`, 'latin1'),
    ],
    // Cut, a form may be a good one.
    () => [`Content-Length: ${text.includes(refresh) ? body.length : cutAt}`, body],
  ])();
  const path = pick(random, POSTED);
  const lines = [
    OWN_PAGE,
    type,
    encoding,
    framing,
    ...(random() < 0.2 ? [`Authorization: Bearer ${brokenToken(random, access)}`] : []),
  ];
  return made('POST', requestLine('POST', path), lines, sent);
}
