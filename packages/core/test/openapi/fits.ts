import { createRequire } from 'node:module';
import type { AuthAnswer } from '@tokenpair/core';
import type { OpenApiDocument } from '@tokenpair/core/openapi';

/** The validator of JSON Schema that the validator of OpenAPI stands on. */
const { Ajv2020 } = createRequire(import.meta.resolve('@seriousme/openapi-schema-validator'))(
  'ajv/dist/2020.js',
) as { readonly Ajv2020: new (options: object) => JsonSchemas };

/** What is used of it. */
interface JsonSchemas {
  addSchema(schema: object): unknown;
  compile(schema: object): Check;
}

interface Check {
  (value: unknown): boolean;
  readonly errors?: readonly unknown[] | null;
}

interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

/** What is wrong with an answer, held to the document: nothing, if it says all of it. */
export type Judge = (method: string, path: string, answer: AuthAnswer) => readonly string[];

export function judgeBy(document: OpenApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });

  return (method, path, answer) => {
    const operation = (document.paths[path] as Record<string, Operation> | undefined)?.[method.toLowerCase()];
    const response = operation?.responses[answer.status];
    if (response === undefined) return [`${method} ${path} says nothing of ${answer.status}`];
    return [...judgeHeaders(response, answer), ...judgeBody(response, answer)];
  };

  function judgeBody({ content }: Response, { body }: AuthAnswer): readonly string[] {
    const schema = content?.['application/json']?.schema;
    if (schema === undefined || body === undefined)
      return schema === undefined && body === undefined ? [] : ['a body on one side alone'];
    const value: unknown = JSON.parse(body);
    const validate = ajv.compile(withDocument(schema));
    if (!validate(value)) return (validate.errors ?? []).map((error) => JSON.stringify(error));
    return Object.keys(value as object)
      .filter((name) => !isDocumented(schema, name))
      .map((name) => `${name} is in no schema`);
  }

  function isDocumented(schema: object, name: string): boolean {
    const { $ref, allOf, properties, additionalProperties } = schema as {
      $ref?: string;
      allOf?: object[];
      properties?: object;
      additionalProperties?: boolean;
    };
    const named = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1) ?? ''];
    if (named !== undefined) return isDocumented(named, name);
    return (
      additionalProperties === true ||
      Object.hasOwn(properties ?? {}, name) ||
      (allOf ?? []).some((each) => isDocumented(each, name))
    );
  }
}

/** Headers that are required are there; of those that are named, no cookie is set unannounced. */
function judgeHeaders({ headers = {} }: Response, answer: AuthAnswer): readonly string[] {
  const given = new Set(answer.headers.map(([name]) => name));
  const known = Object.entries(headers).map(([name, rest]) => ({ name: name.toLowerCase(), ...rest }));
  const missing = known.filter(({ name, required }) => required === true && !given.has(name));
  const unknown = ['www-authenticate', 'retry-after'].filter(
    (name) => given.has(name) && !known.some((each) => each.name === name),
  );
  return [
    ...missing.map(({ name }) => `${name} is missing`),
    ...unknown.map((name) => `${name} is not told of`),
  ];
}

function withDocument(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')) as object;
}
