import { type Row, row } from '../request-row.ts';

const CREDENTIALS = { username: 'vitor', password: '123' };
const ADMIN = { username: 'admin', password: 'admin' };
const JSON_TYPE = 'Content-Type: application/json';

/** Logins, and what bodies may be. */
export const LOGINS: readonly Row[] = [
  row('POST', '/api/token', 200, { json: CREDENTIALS, keep: 'vitor' }),
  row('POST', '/api/token/', 200, { json: ADMIN, keep: 'admin' }),
  row('POST', '/api/token//', 200, { json: CREDENTIALS, keep: 'second' }),
  row('POST', '/api/token/', 200, { form: CREDENTIALS, keep: 'form' }),
  row('POST', '/api/token/?next=%2Fhello&token=x', 200, { json: CREDENTIALS, keep: 'query' }),
  row('POST', '/api/token/', 200, { json: { ...CREDENTIALS, more: 1 }, keep: 'third' }),
  row('POST', '/api/token/', 401, { json: { ...CREDENTIALS, password: '124' } }),
  row('POST', '/api/token/', 401, { json: { username: 'nobody', password: '123' } }),
  row('POST', '/api/token/', 400, { json: {} }),
  row('POST', '/api/token/', 400, { json: { username: 'vitor', password: 123 } }),
  row('POST', '/api/token/', 400, { json: { username: ['vitor'], password: '123' } }),
  row('POST', '/api/token/', 400, { json: [1] }),
  row('POST', '/api/token/', 400, { json: null, note: 'null' }),
  row('POST', '/api/token/', 400, { note: 'no body' }),
  row('POST', '/api/token/', 400, { headers: [JSON_TYPE], note: 'a type and no body' }),
  row('POST', '/api/token/', 400, {
    headers: ['Content-Type: garbage'],
    note: 'a type that is none and no body',
  }),
  row('POST', '/api/token/', 400, { raw: '', headers: [JSON_TYPE], note: 'an empty body' }),
  row('POST', '/api/token/', 400, { raw: '{"username":', headers: [JSON_TYPE] }),
  row('POST', '/api/token/', 400, {
    raw: '{"username":"vitor","username":"admin","password":"123"}',
    headers: [JSON_TYPE],
  }),
  row('POST', '/api/token/', 400, {
    raw: '{"__proto__":{"username":"vitor"},"password":"123"}',
    headers: [JSON_TYPE],
  }),
  row('POST', '/api/token/', 400, {
    raw: Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
    headers: [JSON_TYPE],
    note: 'not UTF-8',
  }),
  row('POST', '/api/token/', 400, {
    raw: Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
    headers: [JSON_TYPE],
    note: 'a byte order mark',
  }),
  row('POST', '/api/token/', 400, {
    raw: 'username=vitor&username=admin&password=123',
    headers: ['Content-Type: application/x-www-form-urlencoded'],
  }),
  row('POST', '/api/token/', 400, {
    raw: 'username[]=vitor&password=123',
    headers: ['Content-Type: application/x-www-form-urlencoded'],
  }),
  row('POST', '/api/token/', 415, { raw: 'username=vitor', headers: ['Content-Type: text/plain'] }),
  row('POST', '/api/token/', 415, { raw: '{}', note: 'a body without a type' }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: ['Content-Type: garbage'] }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: ['Content-Type: '], note: 'an empty type' }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: ['Content-Type: /'] }),
  row('POST', '/api/token/', 415, { raw: '--x', headers: ['Content-Type: multipart/form-data; boundary=x'] }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: ['Content-Type: application/vnd.api+json'] }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: ['Content-Type: application/json; charset=utf-16'] }),
  row('POST', '/api/token/', 400, {
    raw: '{}',
    headers: ['Content-Type: application/json; charset="UTF-8"'],
  }),
  row('POST', '/api/token/', 400, { raw: '{}', headers: ['Content-Type: APPLICATION/JSON;x'] }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: [JSON_TYPE, 'Content-Encoding: gzip'] }),
  row('POST', '/api/token/', 415, { raw: '{}', headers: [JSON_TYPE, 'Content-Encoding: br'] }),
  row('POST', '/api/token/', 413, {
    raw: `{"username":"${'x'.repeat(20_000)}"}`,
    headers: [JSON_TYPE],
    note: '20 kB',
  }),
  row('POST', '/api/token/', 413, {
    raw: 'x'.repeat(2_000_000),
    headers: ['Content-Type: text/plain'],
    note: '2 MB',
  }),
  row('POST', '/api/token/', 413, {
    raw: chunked('x'.repeat(20_000)),
    headers: [JSON_TYPE, 'Transfer-Encoding: chunked'],
    note: '20 kB in chunks',
  }),
  row('POST', '/api/token/', 200, {
    raw: chunked(JSON.stringify(CREDENTIALS)),
    headers: [JSON_TYPE, 'Transfer-Encoding: chunked'],
    note: 'in chunks',
  }),
  row('POST', '/api/token/', 200, { json: CREDENTIALS, headers: ['Expect: 100-continue'] }),
];

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}
