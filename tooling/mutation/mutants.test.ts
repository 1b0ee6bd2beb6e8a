import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { readEquivalents } from './equivalents.mjs';
import { applyMutant, describeMutant, findMutants } from './mutants.mjs';

const texts = (source: string): string[] =>
  findMutants('it.ts', source).map((mutant) => applyMutant(source, mutant));

describe('a mutant', () => {
  it.each([
    ['turns a comparison', 'const a = b === c;', 'const a = b !== c;'],
    ['moves a bound', 'const a = b < c;', 'const a = b <= c;'],
    ['turns a bound', 'const a = b < c;', 'const a = b >= c;'],
    ['exchanges and for or', 'const a = b && c;', 'const a = b || c;'],
    ['drops an operand', 'const a = b || c;', 'const a = c;'],
    ['drops a negation', 'const a = !b;', 'const a = b;'],
    ['fixes a condition', 'if (a) b();', 'if (false) b();'],
    ['changes a number', 'const a = 5;', 'const a = 6;'],
    ['empties a text', "const a = 'b';", "const a = '';"],
    ['empties a body', 'function a() { b(); }', 'function a() {}'],
    ['returns nothing', 'function a() { return b; }', 'function a() { return; }'],
    ['drops a throw', 'function a() { throw b; }', 'function a() { ; }'],
    ['drops an element', "const a = ['b', 'c'];", "const a = [ 'c'];"],
    ['drops a member', 'const a = { b, c };', 'const a = {  c };'],
    ['asks some instead of every', 'a.every(b);', 'a.some(b);'],
    ['lets a pattern begin anywhere', 'const a = /^b$/;', 'const a = /b$/;'],
    ['narrows a class', 'const a = /[a-z0-9]/;', 'const a = /[a-z]/;'],
  ])('%s', (_name, source, mutant) => {
    expect(texts(source)).toContain(mutant);
  });

  it('never changes a type, an import, a name of a member or the text of an error', () => {
    for (const source of [
      "type A = 'a' | 1;",
      "import b from 'b';",
      "interface A { readonly b: 'c' }",
      "invalidValue('text');",
    ])
      expect(texts(source).filter((text) => !text.startsWith(';'))).toEqual([]);
    expect(texts("const a = { 'b': c };")).toEqual(['const a = {  };']);
  });

  it('is always a program', () => {
    const source =
      'export const f = (a?: number): boolean => (a ?? 1) > 2 && !["x", `y`].some((b) => /^z+$/.test(b));';
    const all = texts(source);
    expect(all.length).toBeGreaterThan(15);
    for (const text of all) expect([text, parseSync('it.ts', text).errors]).toEqual([text, []]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is described by its line before and after, wherever the line stands', () => {
    const source = 'const a = 1;\n  const b = c < d;\n';
    const [first] = findMutants('it.ts', source).filter(({ operator }) => operator === 'binary');
    if (first === undefined) throw new Error('no mutant');
    expect(describeMutant(source, first)).toBe('const b = c < d; → const b = c <= d;');
    expect(first.line).toBe(2);
  });
});

it('every equivalent has a reason', () => {
  const equivalents = readEquivalents();
  expect(equivalents.take('token/gate.ts', 'no such mutant')).toBeUndefined();
  const entries = equivalents.unused();
  expect(entries.length).toBeGreaterThan(0);
  for (const { path, description } of entries)
    expect(equivalents.take(path, description)?.length).toBeGreaterThan(20);
  expect(equivalents.unused()).toEqual([]);
});
