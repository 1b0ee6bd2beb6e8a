/** The forms for issues: GitHub drops one that it cannot read without a word. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './root.ts';

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: {
    readonly label?: string;
    readonly value?: string;
    readonly options?: readonly unknown[];
  };
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly Field[];
}

const TYPES = ['checkboxes', 'dropdown', 'input', 'markdown', 'textarea'];
const FORMS = globSync('.github/ISSUE_TEMPLATE/!(config).yml', { cwd: ROOT });
const readForm = (file: string): Form => parse(readFileSync(join(ROOT, file), 'utf8')) as Form;

it('are there for what breaks and for what is missing', () => {
  expect(FORMS).toHaveLength(2);
});

describe.each(FORMS)('%s', (file) => {
  const { name, description, body } = readForm(file);
  const fields = body.filter(({ type }) => type !== 'markdown');

  it('has what GitHub asks of a form', () => {
    expect([typeof name, typeof description]).toEqual(['string', 'string']);
    for (const { type, attributes } of body) {
      expect(TYPES).toContain(type);
      expect(attributes[type === 'markdown' ? 'value' : 'label']).toBeTypeOf('string');
    }
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    for (const { id } of fields) expect(id).toMatch(/^[\w-]+$/);
    for (const { attributes } of fields) {
      const { options = [] } = attributes;
      expect(new Set(options).size).toBe(options.length);
    }
  });
});

it('a report of what breaks can name every package', () => {
  const { body } = readForm('.github/ISSUE_TEMPLATE/bug.yml');
  const options = body.find(({ id }) => id === 'packages')?.attributes.options ?? [];
  const packages = globSync('packages/*/package.json', { cwd: ROOT }).map((file) => {
    const { name } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { name: string };
    return name.replace('@tokenpair/', '');
  });
  expect(packages.length).toBeGreaterThan(5);
  expect(packages.filter((name) => !options.includes(name))).toEqual([]);
});
