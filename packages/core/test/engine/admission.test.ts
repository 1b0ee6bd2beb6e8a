import { memoryStore } from '@tokenpair/core/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Auth, AuthOptions, KeyInput } from '../../src/index.ts';
import { jwkOf, longSecret, pairFor } from '../support/keys.ts';
import { ADMITTED, type AnyKeys, NODE_ONLY, NOT_EXTRACTABLE, REFUSED } from './admission-cases.ts';
import { ENGINE_NAMES, type EngineName } from './engines.ts';
import { loadCore } from './load-core.ts';

type CreateAuth = (options: AuthOptions) => Auth;

const createAuth: Partial<Record<EngineName, CreateAuth>> = {};

beforeAll(async () => {
  for (const name of ENGINE_NAMES) createAuth[name] = (await loadCore(name)).createAuth;
});

function make(engine: EngineName, keys: AnyKeys, options?: Partial<AuthOptions>): Auth | undefined {
  return createAuth[engine]?.({
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    store: memoryStore(),
    keys: keys as AuthOptions['keys'],
    ...options,
  });
}

/** The kids of the keys admitted, or the error that refused them. */
async function outcomeOf(engine: EngineName, keys: AnyKeys, options?: Partial<AuthOptions>) {
  try {
    const auth = make(engine, keys, options);
    await auth?.ready();
    return auth?.keys.access.list();
  } catch (error) {
    return error;
  }
}

describe('both engines admit', () => {
  it.each(ADMITTED)('$title, under the same kid', async ({ keys }) => {
    const onNode = await outcomeOf('node', keys());
    expect(onNode).toBeInstanceOf(Array);
    expect(await outcomeOf('jose', keys())).toEqual(onNode);
  });
});

describe('both engines refuse', () => {
  it.each(REFUSED)('$title', async ({ keys }) => {
    const [onNode, onJose] = [await outcomeOf('node', keys()), await outcomeOf('jose', keys())];
    for (const error of [onNode, onJose]) {
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/^(options\.)?keys/);
    }
    expect(onJose).toMatchObject({ code: (onNode as { code: string }).code });
    expect(textOf(onJose)).not.toMatch(/-----|"d"|AAAA/);
  });

  function textOf(error: unknown): string {
    return `${(error as Error).message} ${JSON.stringify(error)}`;
  }
});

describe('one kid for two keys, one of them of the refresh tokens', () => {
  // An import of a secret takes fewer steps, so it overtakes that of a pair.
  const NAMED: readonly KeyInput[] = [
    { alg: 'HS256', kid: 'kid', secret: longSecret() },
    { alg: 'RS256', kid: 'kid', privateKey: jwkOf(pairFor('RS256').privateKey) },
    { alg: 'EdDSA', kid: 'kid', privateKey: jwkOf(pairFor('EdDSA').privateKey) },
  ];
  const PAIRS = NAMED.flatMap((keys) =>
    NAMED.filter((other) => other !== keys).map((other) => [keys.alg, other.alg, keys, other] as const),
  );

  it.each(PAIRS)('is refused for %s and %s, whichever is imported first', async (_one, _other, keys, own) => {
    for (const engine of ENGINE_NAMES) {
      const refusal = await outcomeOf(engine, keys, { refresh: { keys: own } });
      expect(refusal).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    }
  });
});

describe('the jose engine says what it cannot take', () => {
  it.each(NODE_ONLY)('refuses $title, which node:crypto takes', async ({ keys }) => {
    expect(await outcomeOf('node', keys())).toBeInstanceOf(Array);
    expect(await outcomeOf('jose', keys())).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  it.each(NOT_EXTRACTABLE)('refuses a $title CryptoKey that is not extractable', async ({ keys }) => {
    expect(await outcomeOf('jose', keys())).toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      cause: { message: expect.stringContaining('must be extractable') },
    });
  });

  it('takes a secret CryptoKey that is extractable, and no other', async () => {
    const secret = (extractable: boolean) =>
      crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, extractable, ['sign']);
    const key = await secret(true);
    const onNode = await outcomeOf('node', { alg: 'HS256', secret: key });
    expect(onNode).toBeInstanceOf(Array);
    expect(await outcomeOf('jose', { alg: 'HS256', secret: key })).toEqual(onNode);
    const refusal = await outcomeOf('jose', { alg: 'HS256', secret: await secret(false) });
    expect(refusal).toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      cause: { message: expect.stringContaining('must be extractable') },
    });
  });
});

describe('a refusal on the jose engine', () => {
  const BAD = { alg: 'HS256', secret: new Uint8Array(31) };

  it('is thrown at construction on node:crypto', () => {
    expect(() => make('node', BAD)).toThrow(TypeError);
  });

  it.each<[string, (auth: Auth) => unknown]>([
    ['ready()', (auth) => auth.ready()],
    ['a login', (auth) => auth.sessions.issue({ subject: '1' })],
    ['a refresh', (auth) => auth.refresh('a.b.c')],
    ['a logout', (auth) => auth.logout('a.b.c')],
    ['a guard', (auth) => auth.guard()({ method: 'GET', rawHeaders: ['Authorization', 'Bearer a.b.c'] })],
  ])('surfaces from %s, and is a TypeError that names the key', async (_title, use) => {
    const auth = make('jose', BAD);
    if (auth === undefined) throw new Error('core is not loaded');
    await expect(use(auth)).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message: expect.stringContaining('options.keys[0].secret must have at least 32 bytes'),
    });
  });

  it('is no unhandled rejection where nobody asks', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      for (const { keys } of REFUSED) {
        try {
          make('jose', keys());
        } catch {
          // What is wrong with the option itself is thrown at once on every engine.
        }
      }
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', listener);
    }
    expect(unhandled).toEqual([]);
  });
});
