/** Which names each entry of each published package exports, read from its source, and how that differs from a list. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportNamedDeclaration, parseSync } from 'oxc-parser';
import { publishedWorkspaces, ROOT, type Workspace } from './workspaces.ts';

/** One entry, as an app imports it. */
export interface EntryExports {
  readonly entry: string;
  /** What is there at run time; a class is a value. Sorted. */
  readonly values: readonly string[];
  /** What is there for the type checker alone. Sorted. */
  readonly types: readonly string[];
}

interface Exported {
  readonly name: string;
  readonly isType: boolean;
}

/** The names of every entry, in the order of the entries. */
export function listExports(root: string = ROOT): readonly EntryExports[] {
  return publishedWorkspaces(root).flatMap((workspace) => entriesOf(root, workspace));
}

/** One line a name: `entry: type name`, or `entry: value name`. */
export function toLines(entries: readonly EntryExports[]): readonly string[] {
  return entries.flatMap(({ entry, values, types }) => [
    ...values.map((name) => `${entry}: value ${name}`),
    ...types.map((name) => `${entry}: type ${name}`),
    ...(values.length + types.length === 0 ? [`${entry}: nothing`] : []),
  ]);
}

/** What one list has and the other has not: `- ` what is gone, `+ ` what is new. */
export function compareLines(expected: readonly string[], actual: readonly string[]): readonly string[] {
  return [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ];
}

function entriesOf(root: string, { folder, manifest }: Workspace): readonly EntryExports[] {
  return Object.entries(manifest.exports ?? {}).map(([subpath, { types = '' }]) => {
    const source = types.replace(/^\.\/dist\//, 'src/').replace(/\.d\.ts$/, '.ts');
    const exported = exportsOf(join(root, folder, source));
    const namesOf = (isType: boolean): readonly string[] =>
      exported
        .filter((one) => one.isType === isType)
        .map(({ name }) => name)
        .sort();
    return { entry: manifest.name + subpath.slice(1), values: namesOf(false), types: namesOf(true) };
  });
}

function exportsOf(path: string): readonly Exported[] {
  const { program, errors } = parseSync(path, readFileSync(path, 'utf8'));
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return program.body.flatMap((statement) => {
    if (statement.type === 'ExportNamedDeclaration') return namedExports(statement);
    if (statement.type === 'ExportDefaultDeclaration') return [{ name: 'default', isType: false }];
    if (statement.type === 'ExportAllDeclaration')
      throw new Error(`${path}: its exports are not listed name by name`);
    return [];
  });
}

function namedExports({ declaration, exportKind, specifiers }: ExportNamedDeclaration): readonly Exported[] {
  const listed = specifiers.map(({ exported, exportKind: kind }) => ({
    name: exported.type === 'Literal' ? exported.value : exported.name,
    isType: exportKind === 'type' || kind === 'type',
  }));
  if (declaration === null) return listed;
  const isType =
    declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'TSTypeAliasDeclaration';
  return [...listed, ...declaredNames(declaration).map((name) => ({ name, isType }))];
}

function declaredNames(declaration: NonNullable<ExportNamedDeclaration['declaration']>): readonly string[] {
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.map(({ id }) => (id.type === 'Identifier' ? id.name : '?'));
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : [];
}
