// The table of our own headers by itself: found by mutation testing (docs/mutation.md).
import { describe, expect, it } from 'vitest';
import { type AdmittedKey, admitKey } from '../../src/keys/admit-key.ts';
import { createHeaderTable, encodeHeader } from '../../src/token/header-table.ts';
import { keyFor } from '../support/keys.ts';

const key = (name: string) => admitKey(keyFor('HS256', name, name), 'key') as AdmittedKey;
const [a, b] = [key('a'), key('b')];

describe('the header table', () => {
  it('finds the key and the kind of every header that was assigned', () => {
    const table = createHeaderTable();
    table.assign('at+jwt', [a, b]);
    table.assign('rt+jwt', [a]);
    expect(table.get(encodeHeader(b, 'at+jwt'))).toEqual({ typ: 'at+jwt', key: b });
    expect(table.get(encodeHeader(a, 'rt+jwt'))).toEqual({ typ: 'rt+jwt', key: a });
    expect(table.get(encodeHeader(b, 'rt+jwt'))).toBeUndefined();
    expect(table.get('')).toBeUndefined();
  });

  it('forgets the keys that a kind had, and those of no other kind', () => {
    const table = createHeaderTable();
    table.assign('at+jwt', [a]);
    table.assign('rt+jwt', [a]);
    table.assign('at+jwt', [b]);
    expect(table.get(encodeHeader(a, 'at+jwt'))).toBeUndefined();
    expect(table.get(encodeHeader(b, 'at+jwt'))?.key).toBe(b);
    expect(table.get(encodeHeader(a, 'rt+jwt'))?.key).toBe(a);
  });

  it('knows a kind from its declaration on, before it has keys', () => {
    const table = createHeaderTable();
    expect(table.has('at+jwt')).toBe(false);
    table.declare('at+jwt');
    expect([table.has('at+jwt'), table.has('rt+jwt')]).toEqual([true, false]);
  });

  it('says the kind that a token claims to be by its first part alone', () => {
    const table = createHeaderTable();
    table.assign('rt+jwt', [a]);
    const header = encodeHeader(a, 'rt+jwt');
    expect(table.typOf(`${header}.x.y`)).toBe('rt+jwt');
    expect(table.typOf(`${header}.`)).toBe('rt+jwt');
    for (const token of [header, '', '.', `x.${header}.y`, ` ${header}.x.y`, `${header}A.x.y`, 'a.b.c'])
      expect([token, table.typOf(token)]).toEqual([token, undefined]);
  });
});
