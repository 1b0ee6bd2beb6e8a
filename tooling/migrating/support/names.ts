/**
 * Whether what a page names is there: each factory is asked for it, since it refuses an option that it does not know.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@tokenpair/core';
import { type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { openApiDocument } from '@tokenpair/core/openapi';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { createVerifier } from '@tokenpair/core/verifier';
import { expressAuth } from '@tokenpair/express';
import { ROOT } from './page.ts';

const SECRET = 'a secret of 32 bytes and a few more';
const KEYS = { alg: 'HS256', secret: SECRET } as const;
const BASE: AuthOptions = {
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  keys: KEYS,
  store: memoryStore(),
  login: () => undefined,
  authenticateClient: () => false,
};
const ISSUER = { issuer: 'https://a.example.com', audience: null, keys: KEYS } as const;
/** No option is of this type, so an option that is known is complained of for its value. */
const WRONG = Symbol('no value');

const auth = createAuth(BASE);

/** Whether an option of `createAuth`, as `refresh.ttl`, is known. */
export function isAuthOption(path: string): boolean {
  const cookies = { transport: 'cookie', cookie: { path: '/' } };
  const more = /^(?:cookie|csrf)\./.test(path) ? cookies : {};
  return isKnown(path, (options) => createAuth({ ...BASE, ...more, ...options } as AuthOptions));
}

export function isSimpleJwtOption(path: string): boolean {
  return isKnown(path, (options) => createSimpleJwtAuth({ keys: KEYS, ...options }));
}

/** The same for what is beside Django: options and methods are those of `createSimpleJwtAuth`. */
export function isBesideDjango(name: string): boolean {
  if (name.startsWith('auth.')) return isMember(name, createSimpleJwtAuth({ keys: KEYS }));
  return /^[a-z.]+$/i.test(name) ? isSimpleJwtOption(name) : isOurs(name);
}

/** Whether what a cell has in backticks is a name of Tokenpair's. @throws Error for what is of no kind it knows */
export function isOurs(name: string): boolean {
  const [, ask] = KINDS.find(([form]) => form.test(name)) ?? [];
  if (ask === undefined) throw new Error(`"${name}" is of no kind that can be looked up`);
  return ask(name);
}

const KINDS: readonly (readonly [RegExp, (name: string) => boolean])[] = [
  [/^[a-z]+(?:_[a-z]+)+$/, (name) => CODES.has(name)],
  [/^[A-Z]+ \//, (name) => isEndpoint(name)],
  [/^tokenpair /, (name) => isCommand(name)],
  [/^@tokenpair\/core\//, (name) => existsSync(join(ROOT, 'packages/core/src', `${name.slice(16)}.ts`))],
  [/^guard\./, (name) => isKnown(name.slice(6), (options) => auth.guard(options))],
  [/^verifier\.issuers\[\]\./, (name) => isKnown(name.slice(19), issuer)],
  [
    /^verifier\./,
    (name) => isKnown(name.slice(9), (options) => createVerifier({ issuers: [ISSUER], ...options })),
  ],
  [/^auth\./, (name) => isMember(name, auth)],
  [/^\w+\(.*\)$/, (name) => isFunction(name.replace(/\(.*/, ''))],
  [/^errors$/, (name) => isKnown(name, (options) => expressAuth(auth, options))],
  [/^[a-z]\w*(?:\.\w+)*$/i, isAuthOption],
];

const CODES: ReadonlySet<string> = new Set(
  Object.values(core).flatMap((value) => {
    if (typeof value !== 'function' || !(value.prototype instanceof core.AuthError)) return [];
    return [new (value as new () => core.AnyAuthError)().code];
  }),
);

function issuer(options: object): unknown {
  return createVerifier({ issuers: [{ ...ISSUER, ...options }] });
}

/** Twice: known by its name, and unknown by a name that nobody has. */
function isKnown(path: string, make: (options: object) => unknown): boolean {
  return !isRefused(path, make) && isRefused(`${path}Not`, make);
}

function isRefused(path: string, make: (options: object) => unknown): boolean {
  const [first = '', second] = path.split('.');
  try {
    make({ [first]: second === undefined ? WRONG : { [second]: WRONG } });
    return false;
  } catch (error) {
    return / has no option "/.test(String(error));
  }
}

function isMember(name: string, of: object): boolean {
  const [, ...path] = name.replace(/\(.*/, '').split('.');
  let value: unknown = of;
  for (const step of path) value = (value as Readonly<Record<string, unknown>> | undefined)?.[step];
  return value !== undefined;
}

function isFunction(name: string): boolean {
  return name in core || name in expressAuth(auth) || name in FACTORIES;
}

const FACTORIES = { memoryStore, createVerifier, createSimpleJwtAuth };

function isEndpoint(name: string): boolean {
  const [method = '', path = ''] = name.split(' ');
  const { paths } = openApiDocument(auth, { prefix: '/t' }) as { paths: Record<string, object> };
  const described = paths[`/t${path === '/' ? '' : path.replace(/:(\w+)/, '{$1}')}`] ?? {};
  return method.toLowerCase() in described;
}

function isCommand(name: string): boolean {
  const file = name.split(' ').slice(1).join('-');
  return existsSync(join(ROOT, 'packages/cli/src/commands', `${file}.ts`));
}
