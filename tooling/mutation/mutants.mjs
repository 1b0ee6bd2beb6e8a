// Small changes to a source text, each of which a good test suite has to notice. Found in the syntax tree, made in the text.
import { parseSync, Visitor } from 'oxc-parser';

/**
 * @typedef {{ start: number, end: number, line: number, operator: string, original: string, replacement: string }} Mutant
 */

const BINARY = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '|': ['&'],
  '&': ['|'],
};
const LOGICAL = { '&&': ['||'], '||': ['&&'] };
const UPDATE = { '++': '--', '--': '++' };
const ASSIGN = { '+=': '-=', '-=': '+=' };
const METHODS = new Map([
  ['every', 'some'],
  ['some', 'every'],
  ['indexOf', 'lastIndexOf'],
  ['filter', 'slice'],
]);
/** The text of an error is no contract: its code is. */
const MESSAGES = new Set(['invalidValue', 'invalidType', 'TypeError']);

/**
 * Every mutant of a TypeScript module.
 *
 * @param {string} path
 * @param {string} text
 * @returns {Mutant[]}
 */
export function findMutants(path, text) {
  const { program, errors } = parseSync(path, text);
  const broken = errors.find((error) => error.severity === 'Error');
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  /** @type {Mutant[]} */
  const mutants = [];
  const fixed = fixedRanges(program);
  const keys = new WeakSet();

  const add = (operator, { start, end }, replacement) => {
    if (fixed.some((range) => range.start <= start && end <= range.end)) return;
    const original = text.slice(start, end);
    if (original !== replacement)
      mutants.push({ start, end, line: lineOf(text, start), operator, original, replacement });
  };
  const addOperator = (operator, node, words) => {
    const at = operatorAt(text, node);
    for (const word of words ?? []) add(operator, { start: at, end: at + node.operator.length }, word);
  };
  const addCondition = (test) => {
    add('condition', test, 'true');
    add('condition', test, 'false');
  };
  const source = (node) => text.slice(node.start, node.end);

  new Visitor({
    IfStatement: ({ test }) => addCondition(test),
    ConditionalExpression: ({ test }) => addCondition(test),
    WhileStatement: ({ test }) => add('condition', test, 'false'),
    ForStatement: ({ test }) => test && add('condition', test, 'false'),
    BinaryExpression: (node) => addOperator('binary', node, BINARY[node.operator]),
    LogicalExpression(node) {
      addOperator('logical', node, LOGICAL[node.operator]);
      add('operand', node, source(node.left));
      add('operand', node, source(node.right));
    },
    UnaryExpression(node) {
      if (node.operator === '!') add('negation', node, source(node.argument));
      if (node.operator === '-') add('negation', node, source(node.argument));
    },
    UpdateExpression: (node) => {
      const at = node.prefix ? node.start : node.end - 2;
      add('update', { start: at, end: at + 2 }, UPDATE[node.operator]);
    },
    AssignmentExpression: (node) => addOperator('assignment', node, [ASSIGN[node.operator]].filter(Boolean)),
    Property: (node) => {
      if (!node.computed) keys.add(node.key);
    },
    ImportDeclaration: (node) => keys.add(node.source),
    ExportNamedDeclaration: (node) => node.source && keys.add(node.source),
    Literal(node) {
      if (keys.has(node)) return;
      if (typeof node.value === 'boolean') add('boolean', node, String(!node.value));
      if (typeof node.value === 'string') add('string', node, node.value === '' ? "'mutated'" : "''");
      if (typeof node.value === 'number') {
        add('number', node, String(node.value + 1));
        if (node.value > 0) add('number', node, String(node.value - 1));
      }
      if (typeof node.value === 'bigint') add('number', node, `${node.value + 1n}n`);
      if (node.regex) for (const pattern of patterns(node.regex)) add('pattern', node, pattern);
    },
    TemplateLiteral: (node) => add('string', node, '``'),
    ArrayExpression: (node) => {
      if (node.elements.length > 0) add('array', node, '[]');
      if (node.elements.length > 1)
        for (const element of node.elements) if (element) add('element', withComma(text, element), '');
    },
    ObjectExpression: (node) => {
      for (const property of node.properties)
        if (property.value?.name !== 'undefined') add('property', withComma(text, property), '');
    },
    BlockStatement: (node) => {
      if (node.body.length > 0) add('block', node, '{}');
    },
    ExpressionStatement: (node) => add('statement', node, ';'),
    ThrowStatement: (node) => add('throw', node, ';'),
    ReturnStatement: (node) => {
      if (node.argument && !isNothing(node)) add('return', node, 'return;');
    },
    CallExpression: (node) => {
      const property = node.callee.property;
      const other = property && !node.callee.computed && METHODS.get(property.name);
      if (other) add('method', property, other);
    },
    ArrowFunctionExpression: (node) => {
      if (node.body.type !== 'BlockStatement') add('arrow', node.body, 'undefined');
    },
    SwitchCase: (node) => {
      const [first] = node.consequent;
      if (first) add('case', { start: first.start, end: node.end }, '');
    },
  }).visit(program);
  return unique(mutants).sort((a, b) => a.start - b.start || a.end - b.end);
}

/** @param {string} text @param {Mutant} mutant */
export function applyMutant(text, { start, end, replacement }) {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** A mutant by what it changes, not where: stays the same when lines move. @param {string} text @param {Mutant} mutant */
export function describeMutant(text, { start, end, original, replacement }) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const before = text.slice(from, to);
  const after = text.slice(from, start) + replacement + text.slice(end, to);
  const flat = (code) => code.trim().replaceAll(/\s*\n\s*/g, ' ');
  return original.length > 400
    ? `${flat(text.slice(from, start))} → ${replacement}`
    : `${flat(before)} → ${flat(after)}`;
}

/** What is not changed: types, which are erased before anything runs, and the texts of errors. */
function fixedRanges(program) {
  const ranges = [];
  const note = (node) => ranges.push({ start: node.start, end: node.end });
  const noteMessage = (node) => node && note(node);
  new Visitor({
    TSTypeAnnotation: note,
    TSInterfaceDeclaration: note,
    TSTypeAliasDeclaration: note,
    TSTypeParameterInstantiation: note,
    TSTypeParameterDeclaration: note,
    TSAsExpression: (node) => note(node.typeAnnotation),
    TSSatisfiesExpression: (node) => note(node.typeAnnotation),
    CallExpression: (node) => MESSAGES.has(node.callee.name) && noteMessage(node.arguments[0]),
    NewExpression: (node) => MESSAGES.has(node.callee.name) && noteMessage(node.arguments[0]),
    TemplateLiteral: (node) => isOptionName(node) && note(node),
  }).visit(program);
  return ranges;
}

/** `${name}.secret`: what an error calls the option. */
function isOptionName({ quasis, expressions }) {
  return quasis[0]?.value.raw === '' && expressions[0]?.name === 'name';
}

/** `return undefined` and `return false`: to return nothing is the same to every caller. */
function isNothing({ type, argument }) {
  return type === 'ReturnStatement' && (argument?.name === 'undefined' || argument?.value === false);
}

function operatorAt(text, { left, right, operator }) {
  const at = text.slice(0, right.start).lastIndexOf(operator);
  if (at < left.end) throw new Error(`no ${operator} between its operands`);
  return at;
}

/** An element with the comma that follows it. */
function withComma(text, { start, end }) {
  const comma = /^\s*,/.exec(text.slice(end));
  return { start, end: end + (comma?.[0].length ?? 0) };
}

/** Weaker forms of a pattern: anchors off, classes inverted, quantifiers changed, alternatives dropped. */
function patterns({ pattern, flags }) {
  const forms = new Set();
  if (pattern.startsWith('^')) forms.add(pattern.slice(1));
  if (pattern.endsWith('$') && !pattern.endsWith('\\$')) forms.add(pattern.slice(0, -1));
  for (const match of pattern.matchAll(/\[\^?/g)) {
    const inverted = match[0] === '[' ? '[^' : '[';
    forms.add(pattern.slice(0, match.index) + inverted + pattern.slice(match.index + match[0].length));
  }
  for (const match of pattern.matchAll(/(?<=[\])\w])[+*?]/g)) {
    const other = match[0] === '+' ? '*' : match[0] === '*' ? '+' : '';
    forms.add(pattern.slice(0, match.index) + other + pattern.slice(match.index + 1));
  }
  for (const match of pattern.matchAll(/[A-Za-z0-9]-[A-Za-z0-9]/g))
    forms.add(pattern.slice(0, match.index) + pattern.slice(match.index + 3));
  const words = topLevel(pattern);
  for (const at of words.length > 1 ? words.keys() : []) forms.add(words.toSpliced(at, 1).join('|'));
  const off = [...flags].map((_, at) => flags.slice(0, at) + flags.slice(at + 1));
  return [...[...forms].map((form) => `/${form}/${flags}`), ...off.map((left) => `/${pattern}/${left}`)];
}

function topLevel(pattern) {
  const words = [''];
  let depth = 0;
  for (const char of pattern) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === '|' && depth === 0) words.push('');
    else words[words.length - 1] += char;
  }
  return words;
}

function unique(mutants) {
  const seen = new Set();
  return mutants.filter(({ start, end, replacement }) => {
    const key = `${start}:${end}:${replacement}`;
    return !seen.has(key) && seen.add(key);
  });
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}
