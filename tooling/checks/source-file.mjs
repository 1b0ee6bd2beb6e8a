// What the boundary check has to know about one TypeScript file, read from its syntax tree.
import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {{ specifier: string, typeOnly: boolean, dynamic: boolean, line: number }} Import
 * @typedef {{ line: number, rule: string }} Finding
 * @typedef {{ path: string, imports: Import[], findings: Finding[] }} SourceFile
 */

const MUTATORS = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
);
const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'LRUCache']);

/**
 * @param {string} path
 * @returns {SourceFile}
 */
export function readSourceFile(path) {
  const text = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  const broken = errors.find((error) => error.severity === 'Error');
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  const lineOf = lineCounter(text);
  return {
    path,
    imports: findImports(program, lineOf),
    findings: [...findGlobals(program, lineOf), ...findModuleState(program, lineOf)].sort(
      (a, b) => a.line - b.line,
    ),
  };
}

/** `import { type X }` still loads the module under verbatimModuleSyntax: only `import type` is type-only. */
function findImports(program, lineOf) {
  const imports = [];
  const add = (node, source, typeOnly, dynamic = false) => {
    if (typeof source?.value === 'string')
      imports.push({ specifier: source.value, typeOnly, dynamic, line: lineOf(node.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node, node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node, node.source, false, true),
    TSImportType: (node) => add(node, node.source, true),
    TSExternalModuleReference: (node) => add(node, node.expression, false),
  }).visit(program);
  return imports;
}

/** `export *`, and every way to reach the console and the environment that is written out in the file. */
function findGlobals(program, lineOf) {
  const findings = [];
  const names = new WeakSet();
  const report = (node, rule) => findings.push({ line: lineOf(node.start), rule });
  const noteKey = (node) => {
    if (!node.computed && !node.shorthand) names.add(node.key);
  };
  new Visitor({
    ExportAllDeclaration: (node) => report(node, 'export-star'),
    Property: noteKey,
    PropertyDefinition: noteKey,
    MethodDefinition: noteKey,
    TSPropertySignature: noteKey,
    TSMethodSignature: noteKey,
    MemberExpression(node) {
      if (!node.computed) names.add(node.property);
      const property = memberName(node);
      if (property === 'env' && isProcess(node.object)) report(node, 'process-env');
      if (property === 'console' && isName(node.object, 'globalThis')) report(node, 'console');
    },
    VariableDeclarator(node) {
      if (isProcess(node.init) && patternKeys(node.id).includes('env')) report(node, 'process-env');
    },
    ImportSpecifier(node) {
      names.add(node.imported);
    },
    ImportDeclaration(node) {
      const fromProcess = ['node:process', 'process'].includes(node.source.value);
      if (fromProcess && node.specifiers.some((one) => one.imported?.name === 'env'))
        report(node, 'process-env');
    },
    Identifier(node) {
      if (node.name === 'console' && !names.has(node)) report(node, 'console');
    },
  }).visit(program);
  return findings;
}

/**
 * Module-level state, as far as syntax shows it: `let` and `var`; a collection, array or object that this file changes; a
 * collection or array that is exported without a readonly type.
 */
function findModuleState(program, lineOf) {
  const findings = [];
  const candidates = new Map();
  for (const statement of program.body) {
    const exported = statement.type === 'ExportNamedDeclaration';
    const declaration = exported ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.declare) continue;
    const report = (rule) => findings.push({ line: lineOf(declaration.start), rule });
    if (declaration.kind === 'let' || declaration.kind === 'var') report('module-let');
    else {
      for (const { id, init } of declaration.declarations) {
        if (id.type !== 'Identifier' || !isMutable(init)) continue;
        if (exported && init.type !== 'ObjectExpression' && !isReadonly(id)) report('module-state');
        else candidates.set(id.name, report);
      }
    }
  }
  for (const name of changedNames(program)) candidates.get(name)?.('module-state');
  return findings;
}

/** Names on which the file calls a mutating method or whose members it assigns; not names that it declares twice. */
function changedNames(program) {
  const changed = new Set();
  const declared = new Map();
  const declare = (name) => declared.set(name, (declared.get(name) ?? 0) + 1);
  const change = (target) => {
    if (target?.type === 'MemberExpression' && target.object.type === 'Identifier')
      changed.add(target.object.name);
  };
  const declareParameters = (node) => {
    for (const parameter of node.params) bindingNames(parameter).forEach(declare);
  };
  new Visitor({
    VariableDeclarator: (node) => bindingNames(node.id).forEach(declare),
    FunctionDeclaration: declareParameters,
    FunctionExpression: declareParameters,
    ArrowFunctionExpression: declareParameters,
    AssignmentExpression: (node) => change(node.left),
    UpdateExpression: (node) => change(node.argument),
    UnaryExpression: (node) => node.operator === 'delete' && change(node.argument),
    CallExpression(node) {
      if (node.callee.type === 'MemberExpression' && MUTATORS.has(memberName(node.callee)))
        change(node.callee);
    },
  }).visit(program);
  return [...changed].filter((name) => declared.get(name) === 1);
}

function isMutable(init) {
  if (init?.type === 'ArrayExpression' || init?.type === 'ObjectExpression') return true;
  return init?.type === 'NewExpression' && COLLECTIONS.has(init.callee.name);
}

function isReadonly({ typeAnnotation }) {
  const type = typeAnnotation?.typeAnnotation;
  if (type?.type === 'TSTypeOperator') return type.operator === 'readonly';
  return type?.type === 'TSTypeReference' && /^Readonly/.test(type.typeName.name ?? '');
}

function bindingNames(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return bindingNames(pattern.left);
    case 'RestElement':
      return bindingNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap(bindingNames);
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => bindingNames(property.value ?? property));
    default:
      return [];
  }
}

function patternKeys(pattern) {
  return pattern.type === 'ObjectPattern' ? pattern.properties.map((property) => property.key?.name) : [];
}

function memberName({ computed, property }) {
  return computed ? property.value : property.name;
}

function isName(node, name) {
  return node?.type === 'Identifier' && node.name === name;
}

function isProcess(node) {
  if (node?.type === 'MemberExpression') return memberName(node) === 'process';
  return isName(node, 'process');
}

function lineCounter(text) {
  return (offset) => text.slice(0, offset).split('\n').length;
}
