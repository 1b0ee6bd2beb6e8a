import { readFields, requireText } from '@tokenpair/core/http';
import { describe, expect, it } from 'vitest';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const BAD = ['invalid_request', 400];
const UNSUPPORTED = ['unsupported_media_type', 415];
const TOO_LARGE = ['payload_too_large', 413];

const read = (
  body: string | Uint8Array,
  type?: string,
  headers: readonly (readonly [string, string])[] = [],
) =>
  readFields(
    requestOf('POST', '/', {
      body,
      headers: [...(type === undefined ? [] : [['Content-Type', type] as const]), ...headers],
    }),
  );
const readParsed = (parsed: unknown, type = JSON_TYPE) =>
  readFields(requestOf('POST', '/', { parsed, headers: [['Content-Type', type]] }));

/** A JSON body of exactly so many bytes. */
const jsonOf = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
const formOf = (bytes: number): string => `a=${'x'.repeat(bytes - 2)}`;

describe('the type of a body', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json ; charset=utf-8',
    'application/json; foo=bar; charset=utf-8',
    'application/json; foo=bar',
    'application/json;',
  ])('may be %s', async (type) => {
    expect(await read('{"a":"1"}', type)).toEqual({ a: '1' });
  });

  it.each([FORM_TYPE, 'Application/X-WWW-Form-Urlencoded', `${FORM_TYPE}; charset=UTF-8`])(
    'may be %s',
    async (type) => {
      expect({ ...(await read('a=1&b=%C3%BC+x', type)) }).toEqual({ a: '1', b: 'ü x' });
    },
  );

  it.each([
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json-patch+json',
    'application/vnd.api+json',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/json, application/json',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=utf-8x',
    `${FORM_TYPE}; charset=iso-8859-1`,
    '',
    'json',
    '*/*',
  ])('may not be %j', async (type) => {
    expect(await refusalOf(() => read('{"a":"1"}', type))).toEqual(UNSUPPORTED);
  });

  it('may not be missing', async () => {
    expect(await refusalOf(() => read('{"a":"1"}'))).toEqual(UNSUPPORTED);
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, identity', 'x'])(
    'may not be compressed: %s',
    async (encoding) => {
      expect(await refusalOf(() => read('{"a":"1"}', JSON_TYPE, [['Content-Encoding', encoding]]))).toEqual(
        UNSUPPORTED,
      );
    },
  );

  it.each(['identity', 'Identity'])('may be %s-encoded', async (encoding) => {
    expect(await read('{"a":"1"}', JSON_TYPE, [['Content-Encoding', encoding]])).toEqual({ a: '1' });
  });

  it.each([JSON_TYPE, FORM_TYPE, 'text/plain', undefined])(
    'does not matter for an empty body (%s)',
    async (type) => {
      expect(await read('', type)).toEqual({});
    },
  );
});

describe('the size of a body', () => {
  it.each([
    [JSON_TYPE, jsonOf],
    [FORM_TYPE, formOf],
  ])('of %s may be 16,384 bytes and not 16,385', async (type, make) => {
    expect(Buffer.byteLength(make(16_384))).toBe(16_384);
    expect(Object.keys(await read(make(16_384), type))).toEqual(['a']);
    expect(await refusalOf(() => read(make(16_385), type))).toEqual(TOO_LARGE);
  });

  it('is counted in bytes, not in characters', async () => {
    expect(await refusalOf(() => read(`{"a":"${'ü'.repeat(8190)}"}`, JSON_TYPE))).toEqual(TOO_LARGE);
    expect(await read(`{"a":"${'ü'.repeat(8188)}"}`, JSON_TYPE)).toBeDefined();
  });

  it('comes before the type: nobody reads a large body to find that it is none of ours', async () => {
    expect(await refusalOf(() => read(jsonOf(16_385), 'text/plain'))).toEqual(TOO_LARGE);
  });

  it('is believed where the client tells it, without reading', async () => {
    let reads = 0;
    const request = {
      ...requestOf('POST', '/', {
        headers: [
          ['Content-Type', JSON_TYPE],
          ['Content-Length', '16385'],
        ],
      }),
      body: {
        read: async () => {
          reads += 1;
          return new Uint8Array();
        },
      },
    };
    expect(await refusalOf(() => readFields(request))).toEqual(TOO_LARGE);
    expect(reads).toBe(0);
    expect(await read(jsonOf(16_384), JSON_TYPE, [['Content-Length', '16384']])).toBeDefined();
  });

  it("bounds a body that the app's parser has read, too", async () => {
    const parsed = { a: 'x' };
    const sized = (bytes: number) =>
      requestOf('POST', '/', {
        parsed,
        headers: [
          ['Content-Type', JSON_TYPE],
          ['Content-Length', String(bytes)],
        ],
      });
    expect(await readFields(sized(16_384))).toEqual({ a: 'x' });
    expect(await refusalOf(() => readFields(sized(16_385)))).toEqual(TOO_LARGE);
  });
});

describe('a JSON body', () => {
  it.each([
    ['no JSON', '{'],
    ['text alone', 'username=ada'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a string', '"x"'],
    ['a number', '1'],
    ['a repeated member', '{"username":"a","username":"b"}'],
    ['a repeated member by an escape', '{"username":"a","\\u0075sername":"b"}'],
    ['__proto__', '{"__proto__":{"username":"a"}}'],
    ['depth 33', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['depth 8,000', `{"a":${'['.repeat(8000)}${']'.repeat(8000)}}`],
    ['a byte order mark', '\uFEFF{"a":"1"}'],
    ['a trailing comma', '{"a":"1",}'],
    ['a comment', '{"a":"1"}//'],
  ])('is refused for %s', async (_name, body) => {
    expect(await refusalOf(() => read(body, JSON_TYPE))).toEqual(BAD);
  });

  it('is refused for bytes that are no UTF-8', async () => {
    expect(
      await refusalOf(() => read(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), JSON_TYPE)),
    ).toEqual(BAD);
    expect(await refusalOf(() => read(Buffer.from('{"a":"1"}', 'utf16le'), JSON_TYPE))).toEqual(BAD);
  });

  it('leaves Object.prototype alone', async () => {
    const fields = await read('{"constructor":{"prototype":{"x":1}}}', JSON_TYPE);
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is refused when it ends before its end, with the cause for the log', async () => {
    const cause = new Error('aborted');
    const request = { ...requestOf('POST', '/'), body: { read: () => Promise.reject(cause) } };
    const error = await failureOf(() => readFields(request));
    expect([error.code, error.status, error.cause]).toEqual(['invalid_request', 400, cause]);
    expect(JSON.stringify(error)).not.toContain('aborted');
  });
});

describe('a form', () => {
  it('is refused when a field is given twice', async () => {
    expect(await refusalOf(() => read('a=1&a=2', FORM_TYPE))).toEqual(BAD);
    expect(await refusalOf(() => read('a=1&b=2&%61=3', FORM_TYPE))).toEqual(BAD);
    expect(await refusalOf(() => read('a=1&a=1', FORM_TYPE))).toEqual(BAD);
  });

  it('has no prototype, whatever its fields are called', async () => {
    const fields = await read('__proto__=1&constructor=2&toString=3', FORM_TYPE);
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it('keeps brackets as part of a name', async () => {
    expect({ ...(await read('a[b]=1&a[]=2', FORM_TYPE)) }).toEqual({ 'a[b]': '1', 'a[]': '2' });
  });

  it('is refused for bytes that are no UTF-8', async () => {
    expect(await refusalOf(() => read(Uint8Array.of(0x61, 0x3d, 0xff), FORM_TYPE))).toEqual(BAD);
  });
});

describe("a body that the app's parser has read", () => {
  it.each([
    ['an object', { a: '1' }, { a: '1' }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: '1' }), { a: '1' }],
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['empty text', '', {}],
    ['text', '{"a":"1"}', { a: '1' }],
    ['bytes', Buffer.from('{"a":"1"}'), { a: '1' }],
  ])('may be %s', async (_name, parsed, fields) => {
    expect({ ...(await readParsed(parsed)) }).toEqual(fields);
  });

  it.each([
    ['a list', [{ a: '1' }]],
    ['a number', 1],
    ['true', true],
    ['text that is no JSON', 'a=1'],
    ['text with a repeated member', '{"a":1,"a":2}'],
    ['bytes with a repeated member', Buffer.from('{"a":1,"a":2}')],
  ])('is refused for %s', async (_name, parsed) => {
    expect(await refusalOf(() => readParsed(parsed))).toEqual(BAD);
  });

  it('is refused when a form field was given twice, whatever the field', async () => {
    expect(await refusalOf(() => readParsed({ username: 'a', other: ['1', '2'] }, FORM_TYPE))).toEqual(BAD);
    expect(await readParsed({ username: 'a', other: '1' }, FORM_TYPE)).toEqual({ username: 'a', other: '1' });
  });

  it('is refused as text of another type', async () => {
    expect(await refusalOf(() => readParsed('{"a":"1"}', 'text/plain'))).toEqual(UNSUPPORTED);
  });
});

describe('the fields that are needed', () => {
  const faultsOf = async (fields: Record<string, unknown>, names = ['a', 'b']) =>
    (await failureOf(() => requireText(fields, names))).toJSON();

  it('are non-empty text', () => {
    expect(requireText({ a: 'x', b: ' ', c: 1 }, ['a', 'b'])).toEqual({ a: 'x', b: ' ' });
  });

  it('are named with a sentence each where they are at fault', async () => {
    expect(await faultsOf({ b: '' })).toEqual({
      error: 'invalid_request',
      code: 'invalid_request',
      detail: 'The request is malformed or lacks a field.',
      fields: { a: 'This field is required.', b: 'This field must be a non-empty string.' },
    });
  });

  it.each([
    ['a number', 123],
    ['null', null],
    ['true', true],
    ['a list', ['x']],
    ['an object', { $ne: null }],
    ['the empty string', ''],
  ])('are not %s', async (_name, value) => {
    expect(await faultsOf({ a: value }, ['a'])).toMatchObject({
      fields: { a: 'This field must be a non-empty string.' },
    });
  });

  it('are not found on the prototype', async () => {
    expect(await faultsOf({}, ['constructor', 'toString'])).toMatchObject({
      fields: { constructor: 'This field is required.', toString: 'This field is required.' },
    });
    expect(await faultsOf(Object.create({ a: 'x' }), ['a'])).toMatchObject({
      fields: { a: 'This field is required.' },
    });
  });

  it('are never shown', async () => {
    expect(JSON.stringify(await faultsOf({ a: ['hunter2'] }))).not.toContain('hunter2');
  });
});
