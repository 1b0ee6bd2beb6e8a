import { expect, it } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { compareLines, listExports, toLines } from './exports.ts';

const conditions = (name: string): object => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });

function linesOf(source: string): readonly string[] {
  const root = fixture({
    'packages/one/package.json': {
      name: '@x/one',
      version: '1.0.0',
      exports: { '.': conditions('index'), './more': conditions('more') },
    },
    'packages/one/src/index.ts': source,
    'packages/one/src/more.ts': 'declare global {}\nexport {};\n',
  });
  return toLines(listExports(root));
}

it('lists values and types of every entry, sorted', () => {
  const source = `
    export { type B, a, z as renamed } from './a.ts';
    export type { A } from './a.ts';
    export interface I { readonly x: 1 }
    export type T = 1;
    export const c = 1, d = 2;
    export function f(): void {}
    export class E extends Error {}
    const hidden = 1;
    export default hidden;
  `;
  expect(linesOf(source)).toEqual([
    ...['E', 'a', 'c', 'd', 'default', 'f', 'renamed'].map((name) => `@x/one: value ${name}`),
    ...['A', 'B', 'I', 'T'].map((name) => `@x/one: type ${name}`),
    '@x/one/more: nothing',
  ]);
});

it('refuses what does not list its names, and what does not parse', () => {
  expect(() => linesOf(`export * from './a.ts';`)).toThrow('not listed name by name');
  expect(() => linesOf('export {')).toThrow('index.ts');
});

it('says what is gone and what is new', () => {
  expect(compareLines(['a: value f', 'a: type T'], ['a: value f', 'a: value T'])).toEqual([
    '- a: type T',
    '+ a: value T',
  ]);
  expect(compareLines(['a: value f'], ['a: value f'])).toEqual([]);
});
