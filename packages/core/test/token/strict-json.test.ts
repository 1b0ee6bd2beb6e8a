import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeBytes } from '#engine';
import { parseStrictObject } from '../../src/token/strict-json.ts';
import { describeVectors } from '../support/vectors.ts';

/** As a payload is read: bytes in base64url, then UTF-8, then JSON. */
function parseBytes(bytes: Uint8Array): unknown {
  const text = decodeText(encodeBytes(bytes));
  return text === undefined ? undefined : parseStrictObject(text);
}

const around = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('{"v":'), bytes, Buffer.from('}')]);
const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
const nestedArrays = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

/** Valid for RFC 8259, refused here: a repeated name. */
const REPEATED = new Set(['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']);

describe('strict JSON', () => {
  describe('accepts', () => {
    it.each([
      ['an empty object', '{}'],
      ['whitespace around and between', ' \t\r\n{ "a" : 1 , "b" : [ 1 , { "a" : 2 } ] } \n'],
      ['one name in sibling objects', '{"a":{"x":1},"b":{"x":1}}'],
      ['one name inside and outside', '{"a":{"a":{"a":1}}}'],
      ['one name in two objects of an array', '{"l":[{"x":1},{"x":2}]}'],
      ['names that differ in case', '{"exp":1,"Exp":2}'],
      ['a value that equals a name', '{"a":"a","b":"a"}'],
      ['a value that looks like a member', '{"a":"\\"b\\":1,\\"b\\":2"}'],
      ['a value that ends in an escaped backslash', '{"a":"\\\\","b":1}'],
      ['a value with brackets', '{"a":"}]{[","b":1}'],
      ['strings in an array followed by a colon inside a string', '{"a":["x",":"],"x":1}'],
      ['a value that begins with a colon', '{"a":":","b":[":x",":"],":":1}'],
      ['text that a Python service writes', '{"a": 1, "b": {"a": "x: y"}}'],
      ['names of the prototype', '{"constructor":1,"toString":2,"hasOwnProperty":3,"prototype":4}'],
      ['depth 32', nested(32)],
      ['depth 32 by arrays', nestedArrays(32)],
    ])('%s', (_name, text) => {
      expect(parseStrictObject(text)).toEqual(JSON.parse(text));
    });
  });

  describe('refuses', () => {
    it.each([
      ['a repeated name', '{"a":1,"a":2}'],
      ['a repeated name with the same value', '{"a":1,"a":1}'],
      ['a repeated empty name', '{"":1,"":2}'],
      ['a name repeated by an escape', '{"exp":1,"\\u0065xp":2}'],
      ['a name repeated by an escape, the other way round', '{"\\u0065xp":1,"exp":2}'],
      ['two escapes of one name', '{"\\u0041":1,"\\u0041":2}'],
      ['a name repeated by an escaped solidus', '{"a/b":1,"a\\/b":2}'],
      ['a name with a quote repeated', '{"a\\"":1,"a\\u0022":2}'],
      ['a repeated name with space before the colon', '{"a" \t\r\n:1,"a" :2}'],
      ['a repeated name with others between', '{"a":1,"b":{"c":[1,2]},"a":2}'],
      ['a repeated name in a nested object', '{"o":{"a":1,"a":2}}'],
      ['a repeated name in an object of an array', '{"l":[1,{"a":1,"a":2}]}'],
      ['a repeated name after a nested object closed', '{"a":{"b":1},"b":1,"b":2}'],
      ['a repeated name beside one with space before the colon', '{"a":1,"a":2,"b" :3}'],
      ['a repeated name beside a value that begins with a colon', '{"a":1,"a":2,"b":":x"}'],
      ['a repeated name in text that a Python service writes', '{"a": 1, "a": 2}'],
      ['__proto__', '{"__proto__":{"admin":true}}'],
      ['__proto__ by an escape', '{"\\u005f_proto__":1}'],
      ['a nested __proto__', '{"a":{"__proto__":null}}'],
      ['depth 33', nested(33)],
      ['depth 33 by arrays', nestedArrays(33)],
      ['depth 200,000', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
      ['an array', '[]'],
      ['an array of an object', '[{"a":1}]'],
      ['null', 'null'],
      ['a string', '"a"'],
      ['a number', '1'],
      ['true', 'true'],
      ['nothing', ''],
      ['space alone', ' '],
      ['a byte order mark', '\uFEFF{}'],
      ['text after the object', '{} x'],
      ['two objects', '{}{}'],
      ['a comment', '{/**/}'],
      ['a trailing comma', '{"a":1,}'],
      ['single quotes', "{'a':1}"],
      ['NaN', '{"a":NaN}'],
      ['Infinity', '{"a":Infinity}'],
    ])('%s', (_name, text) => {
      expect(parseStrictObject(text)).toBeUndefined();
    });
  });

  it.each([
    ['an invalid byte', [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    ['an overlong NUL', [0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['a surrogate in UTF-8', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['a cut character', [0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d]],
  ])('refuses bytes with %s', (_name, bytes) => {
    expect(parseBytes(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('freezes in depth', () => {
    const value = parseStrictObject('{"a":{"b":[{"c":1}]}}') as { a: { b: { c: number }[] } };
    for (const part of [value, value.a, value.a.b, value.a.b[0]]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('gives objects without a prototype, arrays with theirs', () => {
    const value = parseStrictObject('{"a":{"b":[{"c":1}]}}') as { a: { b: object[] } };
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf(value.a)).toBeNull();
    expect(Object.getPrototypeOf(value.a.b[0])).toBeNull();
    expect(Object.getPrototypeOf(value.a.b)).toBe(Array.prototype);
  });

  it('finds nothing that was not written', () => {
    const value = parseStrictObject('{"a":1}') as Record<string, unknown>;
    for (const name of ['toString', 'constructor', '__proto__', 'valueOf']) {
      expect([name, value[name], name in value]).toEqual([name, undefined, false]);
    }
  });

  describeVectors('on JSONTestSuite', 'json-parsing/test_parsing', (folder) => {
    const files = (prefix: string): string[] => readdirSync(folder).filter((file) => file.startsWith(prefix));
    const read = (file: string): Uint8Array => readFileSync(join(folder, file));

    it('has all its files', () => {
      expect(['y_', 'n_', 'i_'].map((prefix) => files(prefix).length)).toEqual([95, 188, 35]);
    });

    it.each(files('y_'))('reads %s as an object, or refuses what is none', (file) => {
      const value: unknown = JSON.parse(Buffer.from(read(file)).toString('utf8'));
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      expect(parseBytes(read(file))).toEqual(isObject && !REPEATED.has(file) ? value : undefined);
    });

    it.each(files('y_'))('reads %s as a value', (file) => {
      const value: unknown = JSON.parse(Buffer.from(read(file)).toString('utf8'));
      expect(parseBytes(around(read(file)))).toEqual(REPEATED.has(file) ? undefined : { v: value });
    });

    it.each(files('n_'))('refuses %s', (file) => {
      expect(parseBytes(read(file))).toBeUndefined();
      expect(parseBytes(around(read(file)))).toBeUndefined();
    });

    it.each(files('i_'))('does not throw at %s', (file) => {
      expect(() => [parseBytes(read(file)), parseBytes(around(read(file)))]).not.toThrow();
    });
  });
});
